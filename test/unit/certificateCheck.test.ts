import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faultIn, type WantedCertificate } from "../../components/certificateCheck";
import type { SigningRequest } from "../../components/signingRequest";

const checkout = join(__dirname, "..", "..");

describe("a certificate that the user's command has signed", () => {
    let folder: string;
    let wanted: WantedCertificate;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "signed-"));
        for (const ca of ["kubernetes", "etcd"]) {
            openssl("req", "-x509", ...newKey(`${ca}-ca`), "-days", "10", "-subj", `/CN=${ca}`, "-out", `${ca}-ca.crt`);
        }
        requestOf("own", "/CN=etcd-ca", "DNS:x");
        requestOf("m1", "/O=system:nodes/CN=system:node:m1", "DNS:m1,IP:192.0.2.11,IP:::1");
        wanted = {
            commonName: "system:node:m1",
            organization: "system:nodes",
            names: ["m1", "192.0.2.11", "::1"],
            usages: ["serverAuth", "clientAuth"],
            until: inHours(47),
            publicKey: createPublicKey(text("m1.key")).export({ type: "spki", format: "pem" }) as string,
            caCertificate: text("kubernetes-ca.crt"),
        };
    });
    after(() => rmSync(folder, { recursive: true }));

    it("is taken when it is what was asked for: by the example's command", () => {
        assert.equal(faultIn(signed(), wanted), undefined);
        const wild = { ...wanted, names: [...wanted.names, "*.example.com"] };
        assert.match(faultIn(signed(), wild) ?? "", /^it lacks the names \*\.example\.com \(/);
    });

    it("is refused when it is none, or more than one", () => {
        assert.match(faultIn("", wanted) ?? "", /has printed nothing/);
        assert.match(faultIn("Signed.\n", wanted) ?? "", /something else than a certificate; one PEM certificate/);
        assert.match(faultIn(text("m1.csr"), wanted) ?? "", /something else than a certificate/);
        assert.match(faultIn(`Serial: 5\n${signed()}`, wanted) ?? "", /something else than a certificate/);
        assert.match(faultIn(signed() + signed(), wanted) ?? "", /has printed 2 PEM blocks/);
        const cut = signed().split("\n");
        cut.splice(3, 1);
        assert.match(faultIn(cut.join("\n"), wanted) ?? "", /cannot be read/);
    });

    it("is refused when it is another key's, another CA's or itself a CA's", () => {
        const other = createPublicKey(text("own.key")).export({ type: "spki", format: "pem" }) as string;
        assert.match(faultIn(signed(), { ...wanted, publicKey: other }) ?? "", /^it is for another key/);
        assert.match(faultIn(signed("etcd"), wanted) ?? "", /^it is not signed by the CA CN=kubernetes$/);
        const ca = { ...wanted, commonName: "kubernetes", organization: undefined, names: [], usages: [] };
        assert.match(faultIn(text("kubernetes-ca.crt"), ca) ?? "", /it is the certificate of a CA/);
    });

    it("is refused when it is somebody else's, or gives more rights", () => {
        const fault = "its subject is O=system:nodes, CN=system:node:m1 and has to be";
        assert.equal(
            faultIn(signed(), { ...wanted, commonName: "system:node:m2" }),
            `${fault} O=system:nodes, CN=system:node:m2`,
        );
        assert.equal(faultIn(signed(), { ...wanted, organization: undefined }), `${fault} CN=system:node:m1`);
    });

    it("is refused when usages are missing, and with all reasons at once", () => {
        const fault = faultIn(signed("etcd", "clientAuth"), wanted);
        assert.equal(fault, "it is not signed by the CA CN=kubernetes; it lacks the extended key usage serverAuth");
    });

    it("is refused when it, or its CA, ends too soon", () => {
        assert.match(faultIn(signed(), { ...wanted, until: inHours(60) }) ?? "", /^it ends at .* has to last until/);
        const longer = signed("kubernetes", "serverAuth,clientAuth", 30 * 24);
        assert.equal(faultIn(longer, { ...wanted, until: inHours(9 * 24) }), undefined);
        assert.match(faultIn(longer, { ...wanted, until: inHours(11 * 24) }) ?? "", /^its CA ends at /);
    });

    it("reaches nobody when the command fails, or gives something else", () => {
        const good = run('CA_KEYS=. "$EXAMPLE"');
        assert.equal(good.status, 0, good.stderr);
        assert.equal(faultIn(good.stdout, wanted), undefined);
        const words = {
            "exit 3": /it ended with status 3/,
            "cat /dev/stdin": /something else than a certificate/,
            true: /nothing/,
        };
        for (const [command, reason] of Object.entries(words)) {
            const { status, stdout, stderr } = run(command);
            assert.equal(status, 1);
            assert.equal(stdout, "");
            assert.match(stderr, reason);
            assert.match(stderr, /c-m1: the command that signs \(pki\.external\.sign: .*no host has been given/s);
        }
    });

    function run(command: string) {
        const request: SigningRequest = {
            command,
            name: "c-m1",
            ca: "kubernetes",
            hours: 48,
            request: text("m1.csr"),
            wanted,
        };
        const args = ["--require", require.resolve("tsx/cjs"), join(checkout, "components", "signCertificate.ts")];
        const env = { ...process.env, EXAMPLE: join(checkout, "examples", "external-ca", "sign") };
        return spawnSync(process.execPath, args, {
            cwd: folder,
            input: JSON.stringify(request),
            env,
            encoding: "utf8",
        });
    }

    function signed(ca = "kubernetes", usages = "serverAuth,clientAuth", hours = 48): string {
        return execFileSync(join(checkout, "examples", "external-ca", "sign"), {
            input: text("m1.csr"),
            env: {
                ...process.env,
                CA_KEYS: folder,
                KUBEADM_HA_CA: ca,
                KUBEADM_HA_USAGES: usages,
                KUBEADM_HA_HOURS: `${hours}`,
            },
            encoding: "utf8",
            stdio: "pipe",
        });
    }

    function requestOf(name: string, subject: string, names: string): void {
        openssl("req", ...newKey(name), "-subj", subject, "-addext", `subjectAltName=${names}`, "-out", `${name}.csr`);
    }

    function newKey(name: string): string[] {
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`];
    }

    function openssl(...args: string[]): void {
        execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
    }

    function text(file: string): string {
        return readFileSync(join(folder, file), "utf8");
    }
});

function inHours(hours: number): string {
    return new Date(Date.now() + hours * 3_600_000).toISOString();
}
