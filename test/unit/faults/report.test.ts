import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { report } from "../../faults/campaign";
import { faults } from "../../faults/faults";
import { cellsOf } from "../../faults/matrix";
import { operations } from "../../faults/operations";
import { pageOf, Report, type Result, resultsOf } from "../../faults/report";

describe("the report of the faults", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "faults-report-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const result = (cell: string, outcome: Result["outcome"], wrong: string[] = []): Result => ({
        ...{ cell, operation: "grow", fault: "power lost", point: `at ${cell}`, outcome, wrong },
        ...{ repairSeconds: 12, commit: "abc1234", when: "2026-11-20T00:00:00.000Z" },
    });

    it("keeps the last result of each cell, and tells those that are wrong to be run again", () => {
        const file = join(folder, "new", "results.jsonl");
        assert.deepEqual(new Report(file).results(), []);
        for (const one of [
            result("a", "wrong", ["x"]),
            result("b", "ok"),
            result("a", "ok"),
            result("c", "wrong", ["y"]),
        ]) {
            new Report(file).add(one);
        }
        assert.deepEqual([...new Report(file).done()], ["a", "b"]);
        assert.equal(new Report(file).results().length, 3);
    });

    describe("on a row of cuts", () => {
        const row = cellsOf(operations[1], [
            { role: "joining", step: "join", kind: "line", what: "[etcd] first" },
            { role: "joining", step: "join", kind: "line", what: "[etcd] second" },
            { role: "joining", step: "join", kind: "line", what: "[etcd] third" },
        ]).filter(({ fault }) => fault === faults[0]);
        const [first, second] = row.map(({ point }) => point);
        const shortOf = (wrong: string[], struck = [first, second]) =>
            resultsOf(row, { struck, wrong, repairSeconds: 12.3, words: "" }, "abc1234").map(
                ({ point, outcome, repairSeconds, inRow }) => ({ point, outcome, repairSeconds, inRow }),
            );

        it("tells each cut, and the repair with the last", () => {
            assert.deepEqual(shortOf([]), [
                { point: 'joining: join, after "[etcd] first"', outcome: "ok", repairSeconds: undefined, inRow: 2 },
                { point: 'joining: join, after "[etcd] second"', outcome: "ok", repairSeconds: 12, inRow: 2 },
            ]);
        });

        it("blames the last cut when it ends badly, and believes none of the others", () => {
            assert.deepEqual(shortOf(["x"]), [
                { point: 'joining: join, after "[etcd] second"', outcome: "wrong", repairSeconds: 12, inRow: 2 },
            ]);
        });

        it("tells points that no run comes to", () => {
            assert.deepEqual(
                shortOf([], []).map(({ outcome }) => outcome),
                ["not reached", "not reached", "not reached"],
            );
        });
    });

    it("is in the docs as the results are now", () => {
        const page = readFileSync(join(__dirname, "..", "..", "..", "docs", "faults.md"), "utf8");
        assert.equal(page, pageOf(report().results()), "npm run test:faults -- --report");
    });

    it("is a table of what was measured", () => {
        const page = pageOf([
            result("a | b", "ok"),
            result("c", "wrong", ["first\nline", "second"]),
            result("d", "not reached"),
            { ...result("e", "ok"), repairSeconds: undefined, inRow: 7 },
        ]);
        assert.match(page, /^2 cells are ok, 1 are not\.$/m);
        assert.match(page, /^\| ok \| grow \|\n\| --- \| --- \|\n\| power lost \| 2, 1 not \|$/m);
        assert.match(page, /^\| grow \| power lost \| at e \| ok, of 7 in a row \| with the row \| abc1234 \|$/m);
        assert.match(page, /^\| grow \| power lost \| at a \\\| b \| ok \| 12 s \| abc1234 \|$/m);
        assert.match(page, /^\| grow \| power lost \| at c \| first line; second \| 12 s \| abc1234 \|$/m);
        assert.doesNotMatch(page, /at d/);
    });
});
