import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const lib = join(__dirname, "..", "..", "..", "hosts", "lib");

/** What the functions of lib/raft.sh make of these metrics. */
function tellsOf(...metrics: string[]) {
    const script = `
        set -euo pipefail
        . "${lib}/raft.sh"
        raft_metrics() { printf '%s\\n' ${metrics.map((line) => `'${line}'`).join(" ")}; }
        raft_index
        if has_leader; then echo ' leader'; else echo ' none'; fi`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.trim();
}

describe("how far an etcd member is", () => {
    const applied = "etcd_server_proposals_applied_total";
    const committed = "etcd_server_proposals_committed_total";

    it("is the last entry that it knows to be committed", () => {
        assert.equal(tellsOf("etcd_server_has_leader 1", `${applied} 4709`, `${committed} 4711`), "4711 leader");
    });

    it("is what it has applied, after a restart without a quorum; large numbers have an exponent", () => {
        const lines = [`# TYPE ${applied} gauge`, "etcd_server_has_leader 0", `${applied} 1.2345678e+07`];
        assert.equal(tellsOf(...lines, `${committed} 0`), "12345678 none");
    });
});
