import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const lib = join(__dirname, "..", "..", "hosts", "lib");

describe("the cluster id that a host carries", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "cluster-id-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it("is taken on from a step's first line, and lets that cluster's steps pass", () => {
        step("#cluster one\n#last\n", "carry_cluster_id");
        assert.equal(readFileSync(join(folder, "node"), "utf8"), "one\n");
        assert.equal(step("#cluster one\n", "refuse_other_cluster_id; echo passes"), "passes");
    });

    it("refuses a step for another cluster, names both ids, and the file to remove after a restored state", () => {
        step("#cluster one\n", "carry_cluster_id");
        const words = step("#cluster two\n", "refuse_other_cluster_id; echo passes");
        assert.match(
            words,
            /^dies: this host belongs to another cluster of kubeadm-ha \(its cluster id is one, this cluster's is two\)/,
        );
        assert.match(words, /remove \S+\/node on it/);
    });

    it("is one for each role: a node of one cluster may be the load balancer of another one", () => {
        step("#cluster one\n", "carry_cluster_id", "prepare");
        assert.equal(
            step("#cluster two\n", "refuse_other_cluster_id; carry_cluster_id; echo passes", "departures"),
            "passes",
        );
        assert.match(
            step("#cluster one\n", "refuse_other_cluster_id", "back-ends"),
            /^dies: .*\n.*remove-load-balancer <\/dev\/null/,
        );
    });

    it("is no matter to a step of a state that has none, whose first line is still there to read", () => {
        step("#cluster one\n", "carry_cluster_id");
        assert.equal(
            step("#file 0600 /x\nrest\n", 'refuse_other_cluster_id; echo "$STEP_FIRST_LINE"; cat'),
            "#file 0600 /x\nrest",
        );
        assert.equal(step("", "refuse_other_cluster_id; carry_cluster_id; echo passes"), "passes");
    });

    it("leaves no other first line in the step's environment: it could be a secret", () => {
        assert.equal(step("a password\n", 'echo "$STEP_FIRST_LINE"'), "(not shown)");
    });

    it("is dropped for one role, and stays for the other", () => {
        step("#cluster one\n", "carry_cluster_id", "prepare");
        step("#cluster one\n", "carry_cluster_id", "departures");
        step("#cluster one\n", "drop_cluster_id", "reset");
        assert.ok(!existsSync(join(folder, "node")));
        assert.ok(existsSync(join(folder, "load-balancer")));
    });

    it("is read by receive_file no differently: all files come, with and without it", () => {
        const files = `#file 0600 ${folder}/a\n1\n#end\n#file 0600 ${folder}/b\n2\n#end\n#last\n`;
        for (const first of ["", "#cluster one\n"]) {
            const receive = `. "${lib}/receive.sh"; receive_files; cat ${folder}/a ${folder}/b; rm ${folder}/a ${folder}/b`;
            assert.equal(step(first + files, receive), "1\n2", JSON.stringify(first));
        }
    });

    /** What a script prints in a step with this stdin, before the words of `die` where it ends so. */
    function step(input: string, script: string, name = "join"): string {
        const library = readFileSync(join(lib, "cluster-id.sh"), "utf8").replace(
            "/var/lib/kubeadm-ha/cluster-id",
            folder,
        );
        const words = `
            set -euo pipefail
            STEP_LIB="${lib}" STEP_NAME=${name}
            die() { printf 'dies: %s\\n%s\\n' "$1" "\${2:-}" && exit 1; }
            ${library}
            read_cluster_id
            ${script}`;
        const { stdout, stderr } = spawnSync("bash", ["-c", words], { encoding: "utf8", input });
        assert.equal(stderr, "");
        return stdout.trim();
    }
});
