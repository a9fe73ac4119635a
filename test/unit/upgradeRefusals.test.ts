import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const lib = join(__dirname, "..", "..", "hosts", "lib");

/** What a node of this version says to that one, its upgrade to a third having begun or not. */
function judged(from: string, to: string, begun?: string): string {
    const words = `
        set -euo pipefail
        . "${lib}/upgrade.sh"
        KUBERNETES_VERSION=${to}
        installed_version() { echo ${from}; }
        is_to_be_upgraded() { [ ${from} != ${to} ]; }
        upgrade_begun() { [ -n "${begun ?? ""}" ]; }
        begun_version() { echo "${begun ?? ""}"; }
        die() { echo "$1; $2"; exit; }
        refuse_unsupported_upgrade
        echo ok`;
    const { stdout, stderr } = spawnSync("bash", ["-c", words], {
        encoding: "utf8",
        env: { ...process.env, STEP_LIB: lib },
    });
    assert.equal(stderr, "");
    return stdout.trim();
}

describe("an upgrade of a node", () => {
    it("may be to a later patch release, or to the next minor", () => {
        assert.equal(judged("1.36.3", "1.36.10"), "ok");
        assert.equal(judged("1.35.4", "1.36.3"), "ok");
        assert.equal(judged("1.36.3", "1.36.3"), "ok");
    });

    it("has no way back", () => {
        assert.equal(
            judged("1.36.10", "1.36.9"),
            "this node runs Kubernetes 1.36.10, and the configuration says 1.36.9: Kubernetes has no way back; set kubernetesVersion to 1.36.10",
        );
    });

    it("does not step over a minor", () => {
        assert.equal(
            judged("1.34.1", "1.36.3"),
            "this node runs Kubernetes 1.34.1, and the configuration says 1.36.3: Kubernetes is upgraded one minor after another; set kubernetesVersion to a release of 1.35 first",
        );
    });

    it("that has begun is finished first", () => {
        assert.equal(judged("1.35.4", "1.36.3", "1.36.3"), "ok");
        assert.match(
            judged("1.35.4", "1.35.4", "1.36.3"),
            /^this node's upgrade to Kubernetes 1\.36\.3 has begun, and the configuration says 1\.35\.4; set kubernetesVersion to 1\.36\.3 /,
        );
    });
});
