import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deliver } from "../../components/delivery";

const lib = join(__dirname, "..", "..", "hosts", "lib");

describe("kubeadm's patches on a host", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "patches-"));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** What `prepare` does with the files on its stdin. */
    function prepare(names: string[]): void {
        const files = names.map((name) => ({ path: join(folder, name), mode: "0600", content: name }));
        const script = `set -euo pipefail; . "${lib}/receive.sh"; . "${lib}/patches.sh"; forget_patches "${folder}"; receive_files`;
        execFileSync("bash", ["-c", script], { input: deliver(files) });
    }

    it("are those of the configuration; earlier ones are gone", () => {
        prepare(["etcd.yaml", "kube-apiserver.yaml"]);
        assert.deepEqual(readdirSync(folder).sort(), ["etcd.yaml", "kube-apiserver.yaml"]);
        prepare(["etcd.yaml"]);
        assert.deepEqual(readdirSync(folder), ["etcd.yaml"]);
        assert.equal(readFileSync(join(folder, "etcd.yaml"), "utf8"), "etcd.yaml\n");
    });

    it("are gone with the last of them", () => {
        writeFileSync(join(folder, "etcd.yaml"), "x");
        prepare([]);
        assert.ok(!existsSync(folder));
    });

    it("are forgotten by prepare before it receives files", () => {
        const script = readFileSync(join(lib, "..", "steps", "prepare.sh"), "utf8");
        assert.match(script, /^forget_patches\nreceive_files$/m);
    });
});
