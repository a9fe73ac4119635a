import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pageOf, Report, type Result } from "../../faults/report";

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

    it("is a table of what was measured", () => {
        const page = pageOf([
            result("a | b", "ok"),
            result("c", "wrong", ["first\nline", "second"]),
            result("d", "not reached"),
        ]);
        assert.match(page, /^1 cells are ok, 1 are not\.$/m);
        assert.match(page, /^\| ok \| grow \|\n\| --- \| --- \|\n\| power lost \| 1, 1 not \|$/m);
        assert.match(page, /^\| grow \| power lost \| at a \\\| b \| ok \| 12 s \| abc1234 \|$/m);
        assert.match(page, /^\| grow \| power lost \| at c \| first line; second \| 12 s \| abc1234 \|$/m);
        assert.doesNotMatch(page, /at d/);
    });
});
