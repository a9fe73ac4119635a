import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const library = join(__dirname, "..", "..", "hosts", "lib", "containerd.sh");

/** What `refuse_old_containerd` does where `containerd --version` says this. */
function refuse(version: string): string {
    const script = `
        set -euo pipefail
        containerd() { echo "${version}"; }
        die() { echo "dies: $1" && exit 1; }
        . "${library}"
        refuse_old_containerd && echo accepted`;
    return spawnSync("bash", ["-c", script], { encoding: "utf8" }).stdout.trim();
}

describe("containerd of a host", () => {
    it("is refused below 2.0, before its file is touched", () => {
        const debian12 = "containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u1";
        assert.match(refuse(debian12), /^dies: containerd 1\.6\.20 is too old: this program needs containerd 2\.0/);
        assert.match(refuse("containerd containerd.io v1.7.27 05044ec0"), /^dies: containerd 1\.7\.27 is too old/);
    });

    it("is accepted from 2.0 on, whoever has built it", () => {
        assert.equal(refuse("containerd github.com/containerd/containerd/v2 v2.3.3 abc"), "accepted");
        assert.equal(refuse("containerd containerd.io 2.0.1 88aa2f5"), "accepted");
    });
});
