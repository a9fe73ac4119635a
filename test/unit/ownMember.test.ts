import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const lib = join(__dirname, "..", "..", "hosts", "lib");

/** Members as etcdctl lists them: m1 votes, m2 was announced and has never started. */
const members = `8e9e05c52164694d, started, m1, https://192.0.2.11:2380, https://192.0.2.11:2379, false
91bc3c398fb3c146, unstarted, , https://192.0.2.12:2380, , true`;

/**
 * What a script with the functions of lib/etcd.sh prints, on a host with these addresses. etcdctl is a stand-in that forgets
 * the members it is told to remove, where `obeys`; without `answers`, every call fails.
 */
function bash(script: string, addresses: string, { obeys = true, answers = true } = {}) {
    const words = `
        set -euo pipefail
        STEP_LIB="${lib}"
        . "${lib}/etcd.sh"
        members='${members}'
        within() { shift && "$@"; }
        hostname() { echo "${addresses} "; }
        etcdctl() {
            ${answers ? "" : "return 1"}
            case "$*" in
                "member list") echo "$(cat "$state")" ;;
                "member remove "*) ${obeys ? 'sed -i "/^$3,/d" "$state"' : "return 1"} ;;
                "endpoint health --cluster") echo "https://192.0.2.11:2379 is healthy: successfully committed" ;;
            esac
        }
        run() { echo "runs $*" && "$@"; }
        say() { echo "says $*"; }
        die() { echo "dies: $1" && exit 1; }
        state=$(mktemp)
        trap 'rm -f "$state"' EXIT
        echo "$members" >"$state"
        ${script}`;
    const { status, stdout, stderr } = spawnSync("bash", ["-c", words], { encoding: "utf8" });
    assert.equal(stderr, "");
    return { status, lines: stdout.split("\n").filter(Boolean) };
}

describe("this host's etcd member", () => {
    it("is told by address, so also one that was only announced and has no name", () => {
        assert.deepEqual(bash("own_member_listed", "192.0.2.12 10.244.0.1").lines, ["91bc3c398fb3c146 "]);
        assert.deepEqual(bash("own_member_listed", "192.0.2.11").lines, ["8e9e05c52164694d https://192.0.2.11:2379"]);
        assert.deepEqual(bash("own_member_listed", "192.0.2.1").lines, []);
    });

    it("is removed, and that is verified", () => {
        const removed = bash("remove_own_member", "192.0.2.12");
        assert.deepEqual(removed, { status: 0, lines: ["runs etcdctl member remove 91bc3c398fb3c146"] });
        assert.deepEqual(bash("remove_own_member", "192.0.2.13"), { status: 0, lines: [] });
        const kept = bash("remove_own_member", "192.0.2.12", { obeys: false });
        assert.equal(kept.status, 1);
        assert.equal(kept.lines.pop(), "dies: the etcd member 91bc3c398fb3c146 could not be removed");
    });

    it("is not taken for gone where etcd does not answer", () => {
        const { status, lines } = bash("remove_own_member; echo goes on", "192.0.2.12", { answers: false });
        assert.deepEqual({ status, lines }, { status: 1, lines: [] });
    });
});

describe("the others' quorum, when this host's member goes", () => {
    const three = `a, started, m1, https://192.0.2.11:2380, https://192.0.2.11:2379, false
b, started, m2, https://192.0.2.12:2380, https://192.0.2.12:2379, false
c, started, m3, https://192.0.2.13:2380, https://192.0.2.13:2379, false
d, unstarted, , https://192.0.2.14:2380, , true`;

    function quorum(own: string, ...healthy: string[]): number | null {
        const health = healthy.map((address) => `https://${address}:2379 is healthy`).join("\n");
        const script = `
            echo '${three}' >"$state"
            member_health() { echo '${health}'; }
            others_are_a_quorum`;
        return bash(script, own).status;
    }

    it("is of those that vote, without this one", () => {
        assert.equal(quorum("192.0.2.11", "192.0.2.11", "192.0.2.12", "192.0.2.13"), 0);
        assert.equal(quorum("192.0.2.11", "192.0.2.12", "192.0.2.13"), 0);
        assert.equal(quorum("192.0.2.11", "192.0.2.11", "192.0.2.12"), 1);
    });

    it("is not touched by a host that has no member any more", () => {
        assert.equal(quorum("192.0.2.19"), 0);
    });
});

describe("the etcd member of a host that is lost", () => {
    it("is forgotten by its address where it has never had a name", () => {
        const { status, lines } = bash("forget_member m2 192.0.2.12", "192.0.2.13");
        assert.deepEqual(lines, ["says removes the etcd member of m2", "runs etcdctl member remove 91bc3c398fb3c146"]);
        assert.equal(status, 0);
    });

    it("is none where neither name nor address is listed", () => {
        assert.deepEqual(bash("forget_member m9", "192.0.2.13"), { status: 0, lines: [] });
    });
});
