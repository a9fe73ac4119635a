import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSha256Sums, writeSha256Sums } from "../../../toolchain/kubernetes/sha256Sums";

describe("a bundle's SHA256SUMS", () => {
    let folder: string;

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), "sums-"));
        mkdirSync(join(folder, "bin"));
        writeFileSync(join(folder, "bin", "kubeadm"), "program");
        writeFileSync(join(folder, "notes"), "text");
        await writeSha256Sums(folder);
    });

    afterEach(() => rmSync(folder, { recursive: true }));

    it("lists every file, in a form that sha256sum checks", async () => {
        assert.deepEqual(await checkSha256Sums(folder), ["bin/kubeadm", "notes"]);
        execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: folder, stdio: "pipe" });
    });

    it("finds a changed file", async () => {
        writeFileSync(join(folder, "bin", "kubeadm"), "other program");
        await assert.rejects(
            checkSha256Sums(folder),
            /bin\/kubeadm is not the file that SHA256SUMS lists: its sha256 is/,
        );
    });

    it("finds a missing file", async () => {
        rmSync(join(folder, "notes"));
        await assert.rejects(checkSha256Sums(folder), /notes/);
    });

    it("refuses a path that leads out of the bundle", async () => {
        writeFileSync(join(folder, "SHA256SUMS"), `${"0".repeat(64)}  ./../outside\n`);
        await assert.rejects(checkSha256Sums(folder), /not of the form/);
    });
});
