import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const lib = join(__dirname, "..", "..", "hosts", "lib");

describe("a certificate with other names, and its key", () => {
    let folder: string;
    let pki: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "names-"));
        pki = join(folder, "kubernetes", "pki");
        mkdirSync(join(pki, "etcd"), { recursive: true });
        mkdirSync(join(folder, "memory"));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** With the functions of the library; the pairs in use are "old", as kubeadm would issue them now "new". */
    function bash(script: string): string {
        const words = `
            set -euo pipefail
            KUBERNETES_FOLDER=${folder}/kubernetes MEMORY_FOLDER=${folder}/memory
            . "${lib}/certificate-names.sh"
            pair() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1.key" -out "$1.crt" 2>/dev/null; }
            name() { openssl x509 -in "$1.crt" -noout -subject; }
            fits() { [ "$(openssl x509 -in "$1.crt" -noout -pubkey)" = "$(openssl pkey -in "$1.key" -pubout)" ]; }
            mkdir -p "$new_pki/etcd"
            pair ${pki}/etcd/server old
            pair "$new_pki/etcd/server" new
            ${script}`;
        return execFileSync("bash", ["-c", words], { encoding: "utf8" }).trim();
    }

    it("take the place of those in use", () => {
        assert.match(bash(`install_certificate etcd-server; fits ${pki}/etcd/server; name ${pki}/etcd/server`), /new$/);
        assert.deepEqual(readdirSync(join(pki, "etcd")).sort(), ["server.crt", "server.key"]);
        assert.ok(!existsSync(join(folder, "memory", "pki")));
    });

    it("fit again where a step was cut off between the two", () => {
        const after = bash(`
            mv() { [[ $2 != *.crt ]] || exit 9; command mv "$@"; }
            (install_certificate etcd-server) || true
            unset -f mv
            ! fits ${pki}/etcd/server
            finish_certificates
            fits ${pki}/etcd/server
            name ${pki}/etcd/server`);
        assert.match(after, /new$/);
    });

    it("are left as they are where what is beside them is of another key", () => {
        const after = bash(
            `pair ${pki}/etcd/.new-server other; rm ${pki}/etcd/.new-server.key; finish_certificates; fits ${pki}/etcd/server; name ${pki}/etcd/server`,
        );
        assert.match(after, /old$/);
        assert.deepEqual(readdirSync(join(pki, "etcd")).sort(), ["server.crt", "server.key"]);
    });
});
