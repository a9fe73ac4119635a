import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const lib = join(__dirname, "..", "..", "hosts", "lib");
const programs = ["kubeadm", "kubelet"];

describe("programs that are put in the place of those of before", () => {
    let folder: string;
    let staged: string;
    let inUse: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "staged-"));
        [staged, inUse] = ["staged", "in-use"].map((name) => join(folder, name));
        mkdirSync(staged);
        mkdirSync(inUse);
        begin();
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    function begin(): void {
        for (const program of programs) {
            writeFileSync(join(staged, program), "new");
            writeFileSync(join(inUse, program), "old");
        }
    }

    /** As an upgrade does it; cut off before the command of this number, from 1. Returns whether it came to its end. */
    function putInPlace(cutAt = Number.MAX_SAFE_INTEGER): boolean {
        const script = `
            set -euo pipefail -o functrace
            STEP_LIB="${lib}" BUNDLE_URL=file://${folder}
            . "${lib}/packages-bundle.sh"
            commands=0
            trap '[ "$((++commands))" -lt ${cutAt} ] || exit 9' DEBUG
            put_in_place ${staged} ${inUse}`;
        const { status, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
        assert.ok(status === 0 || status === 9, stderr);
        return status === 0;
    }

    function assertInPlace(words?: string): void {
        assert.deepEqual(readdirSync(inUse).sort(), programs, words);
        for (const program of programs) {
            assert.equal(readFileSync(join(inUse, program), "utf8"), "new", words);
        }
    }

    it("are all there", () => {
        putInPlace();
        assertInPlace();
    });

    it("are all there after one more time, wherever the first was cut off, and when nothing was left to do", () => {
        let cutAt = 1;
        for (; !putInPlace(cutAt); cutAt++) {
            putInPlace();
            assertInPlace(`cut off at command ${cutAt}`);
            begin();
        }
        assert.ok(cutAt > 3, `${cutAt}`);
        putInPlace();
        assertInPlace("once more");
    });
});
