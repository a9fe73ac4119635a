import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

const lib = join(__dirname, "..", "..", "hosts", "lib");

describe("how a step speaks", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "say-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    function step(script: string): { status: number | null; stdout: string; stderr: string; log: string } {
        const log = join(folder, "log");
        const env = { ...process.env, STEP_NAME: "test", STEP_LOG: log };
        const words = `set -euo pipefail; . "${lib}/say.sh"; ${script}`;
        const { status, stdout, stderr } = spawnSync("bash", ["-c", words], { env, encoding: "utf8" });
        return { status, stdout, stderr, log: readFileSync(log, "utf8") };
    }

    it("says the host and the words to the person, and the words to the log", () => {
        const { stdout, stderr, log } = step('say "joins as worker"');
        assert.equal(stdout, "");
        assert.equal(stderr, `${hostname()}: joins as worker\n`);
        assert.match(log, /^\S+ joins as worker\n$/);
    });

    it("keeps the output of commands in the log", () => {
        const { status, stdout, stderr, log } = step("run echo loud; run sh -c 'echo wrong >&2; exit 3' || exit $?");
        assert.deepEqual({ status, stdout, stderr }, { status: 3, stdout: "", stderr: "" });
        assert.match(log, /\$ echo loud\nloud\n\S+ \$ sh -c .*\nwrong\n$/);
    });

    it("goes on when nobody listens any more", () => {
        const { status, log } = step("trap '' PIPE; exec 2>&-; say 'still here'; say 'and here'");
        assert.equal(status, 0);
        assert.match(log, /still here\n.*and here\n/);
    });
});
