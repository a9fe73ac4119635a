import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const lib = join(__dirname, "..", "..", "hosts", "lib");

/** What is done with the request of a node w1, at 192.0.2.21, for a serving certificate with these names. */
function answered(names: string, asks = "system:node:w1", state = ""): string {
    return said("approve_requests w1 192.0.2.21", names, asks, state);
}

function said(command: string, names = "", asks = "", state = ""): string {
    const words = `
        set -euo pipefail
        . "${lib}/serving-certificate.sh"
        STEP_LOG=/dev/null
        say() { echo "$1"; }
        run() { "$@"; }
        kube() {
          case " $* " in
            *' --no-headers '*)
              echo 'csr-1  5s   kubernetes.io/kubelet-serving  system:node:w1   <none>  Approved,Issued'
              echo 'csr-2  3s   kubernetes.io/kubelet-serving  system:node:w1   <none>  Approved'
              echo 'csr-3  3s   kubernetes.io/kubelet-serving  system:node:w10  <none>  Pending' ;;
            *' get certificatesigningrequests '*) echo 'csr-1 ${asks} ${state}' ;;
            *' get certificatesigningrequest csr-1 '*)
              openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /O=system:nodes/CN=system:node:w1 ${names && `-addext subjectAltName=${names}`} 2>/dev/null | base64 --wrap 0 ;;
            *' approve '*) echo "approves $3" ;;
          esac
        }
        ${command}`;
    const { stdout, stderr } = spawnSync("bash", ["-c", words], { encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.trim();
}

describe("a kubelet that asks for a serving certificate", () => {
    it("gets one for its own name and address", () => {
        assert.equal(answered("DNS:w1,IP:192.0.2.21"), "approves csr-1");
        assert.equal(answered("IP:192.0.2.21"), "approves csr-1");
    });

    it("gets none for others'", () => {
        for (const names of ["DNS:w1,IP:192.0.2.10", "DNS:api.example.com", "DNS:w1,DNS:w10", "DNS:w1,URI:x:y"]) {
            assert.match(answered(names), /^does not approve csr-1: w1 asks for a certificate for /, names);
        }
        assert.match(answered(""), /for no name, and its name and address are w1 and 192\.0\.2\.21$/);
    });

    it("is not who somebody else says to be", () => {
        assert.equal(answered("DNS:w1,IP:192.0.2.21", "system:node:w10"), "");
        assert.equal(answered("DNS:w1,IP:192.0.2.21", "kubernetes-admin"), "");
    });

    it("is told of with its requests where it gets none", () => {
        const wait = 'die() { echo "$1"; exit; }; sleep() { SECONDS=$((SECONDS + 60)); }; approve_until';
        assert.equal(
            said(`${wait} w1 192.0.2.21 false`),
            "kubelet of w1 has no serving certificate of the cluster's after 120 s; its requests: csr-1 (Approved,Issued) csr-2 (Approved)",
        );
        assert.match(said(`${wait} w2 192.0.2.22 false`), /; its requests: none$/);
    });

    it("has been answered once", () => assert.equal(answered("DNS:w1", "system:node:w1", "Denied"), ""));
});
