import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const lib = join(__dirname, "..", "..", "hosts", "lib");

describe("a change of an etcd member that was cut off", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "member-"));
        for (const name of ["manifests", "wanted", "kept"]) {
            mkdirSync(join(folder, name));
        }
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const podWith = (version: string) => `    image: registry.k8s.io/etcd:${version}-0\n`;

    /** The member runs this version, its static pod is as wanted, and that of before is still kept. */
    function again(answers: boolean): { status: number | null; words: string; pod: string } {
        writeFileSync(join(folder, "manifests", "etcd.yaml"), podWith("3.6.8"));
        writeFileSync(join(folder, "wanted", "etcd.yaml"), podWith("3.6.8"));
        writeFileSync(join(folder, "kept", "etcd.yaml"), podWith("3.6.6"));
        const script = `
            set -euo pipefail
            STEP_LIB=${lib}
            . "${lib}/wait.sh"
            . <(sed -e 's#^readonly manifests=.*#manifests=${folder}/manifests#' -e 's#^readonly wanted_manifests=.*#wanted_manifests=${folder}/wanted#' "${lib}/manifests.sh")
            . <(sed -e '/manifests.sh"$/d' -e 's#^readonly kept_pod=.*#kept_pod=${folder}/kept/etcd.yaml#' "${lib}/ring-settings.sh")
            static_pod=$manifests/etcd.yaml
            say() { echo "$*"; }
            die() { echo "dies: $1" && exit 1; }
            run() { echo "runs $*"; }
            within() { shift && "$@"; }
            steady() { shift && "$@"; }
            render_pod() { :; }
            member_answers() { ${answers ? "true" : "! grep -q 3.6.8 $static_pod"}; }
            etcd_restarted() { false; }
            follow_member_settings`;
        const { status, stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
        assert.equal(stderr, "");
        return { status, words: stdout, pod: readFileSync(join(folder, "manifests", "etcd.yaml"), "utf8") };
    }

    it("is done when the member answers: kubelet would not start the same static pod once more", () => {
        assert.deepEqual(again(true), { status: 0, words: "", pod: podWith("3.6.8") });
    });

    it("is taken back where it does not", () => {
        const { status, words, pod } = again(false);
        assert.equal(status, 1);
        assert.match(words, /dies: etcd does not become healthy as configured; it runs as before again/);
        assert.equal(pod, podWith("3.6.6"));
    });
});
