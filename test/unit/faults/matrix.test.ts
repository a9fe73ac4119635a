import { strict as assert } from "node:assert";
import { cellName, cellsOf, inTurn, shuffled } from "../../faults/matrix";
import { operations } from "../../faults/operations";
import type { Point } from "../../faults/point";

describe("the matrix of faults", () => {
    const [create, grow] = operations;
    const points: Point[] = [
        { role: "joining", step: "prepare", kind: "command", what: "prepare.sh|main|run sysctl" },
        { role: "joining", step: "join", kind: "line", what: "[etcd] Announced new etcd member" },
        { role: "load balancer", step: "back-ends", kind: "command", what: "nginx.sh|use_nginx_conf|run nginx -t" },
    ];
    const names = (cells: ReturnType<typeof cellsOf>) => cells.map(cellName);

    it("has every fault at every point where it can happen", () => {
        const cells = names(cellsOf(grow, points));
        assert.equal(new Set(cells).size, cells.length);
        assert.ok(cells.includes('grow · engine killed · joining: join, after "[etcd] Announced new etcd member"'));
        assert.ok(!cells.some((cell) => cell.includes("load balancer without power · load balancer")));
        assert.ok(!cells.some((cell) => cell.includes("images unreadable")));
        assert.ok(!names(cellsOf(create, points)).some((cell) => cell.includes("etcd stopped on another master")));
    });

    it("takes the faults in turn, each at the most dangerous point that is left", () => {
        const cells = inTurn(cellsOf(grow, points));
        assert.equal(cells.length, cellsOf(grow, points).length);
        const kinds = new Set(cells.map(({ fault }) => fault.name)).size;
        const first = names(cells.slice(0, kinds));
        assert.ok(
            first.every((name) => /join, after "\[etcd\] Announced/.test(name)),
            first.join("\n"),
        );
        assert.equal(new Set(first).size, kinds);
    });

    it("has an order of its own for each seed, the same every time", () => {
        const cells = cellsOf(grow, points);
        assert.deepEqual(names(shuffled(cells, "1")), names(shuffled([...cells].reverse(), "1")));
        assert.notDeepEqual(names(shuffled(cells, "1")), names(shuffled(cells, "2")));
    });
});
