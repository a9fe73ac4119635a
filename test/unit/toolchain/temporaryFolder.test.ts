import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withTemporaryFolder } from "../../../toolchain/temporaryFolder";

describe("a folder for temporary files", () => {
    let parent: string;
    beforeEach(() => {
        parent = mkdtempSync(join(tmpdir(), "temporary-folder-"));
    });
    afterEach(() => rmSync(parent, { recursive: true }));

    it("is gone when the work is done, or fails", async () => {
        const work = async (folder: string) => {
            writeFileSync(join(folder, "kubeconfig"), "");
            throw new Error("failed");
        };
        await assert.rejects(withTemporaryFolder(work, parent), /failed/);
        assert.deepEqual(readdirSync(parent), []);
    });

    it("takes those of killed processes with it, and no others", async () => {
        const gone = spawnSync("true").pid;
        const [left, used, other] = [
            `kubeadm-ha-run-${gone}-abc`,
            `kubeadm-ha-run-${process.ppid}-abc`,
            `other-${gone}-abc`,
        ].map((name) => join(parent, name));
        for (const folder of [left, used, other]) {
            mkdirSync(folder);
        }
        await withTemporaryFolder(async () => {}, parent);
        assert.deepEqual([left, used, other].map(existsSync), [false, true, true]);
    });
});
