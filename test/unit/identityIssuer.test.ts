import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Identity, IdentityIssuer } from "../../components/identityIssuer";

const subject = { commonName: "system:node:w1", organization: "system:nodes" };

describe("client certificates without a resource", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "identity-"));
    });
    after(() => rmSync(folder, { recursive: true }));

    /** A CA as OpenSSL makes it. */
    function authority(...keyOptions: string[]): Identity {
        const [certificate, privateKey] = ["ca.crt", "ca.key"].map((name) => join(folder, name));
        const usage = ["-addext", "keyUsage=critical,keyCertSign,digitalSignature"];
        const words = ["req", "-x509", "-nodes", "-days", "3650", "-subj", "/CN=kubernetes", ...usage, ...keyOptions];
        execFileSync("openssl", [...words, "-out", certificate, "-keyout", privateKey], { stdio: "pipe" });
        return { certificate: readFileSync(certificate, "utf8"), privateKey: readFileSync(privateKey, "utf8") };
    }

    const kinds = {
        "an ECDSA key, as this program makes it": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        "an RSA key, as kubeadm makes it": ["-newkey", "rsa:2048"],
    };
    for (const [kind, options] of Object.entries(kinds)) {
        it(`are what OpenSSL takes in its strictest mode from a client, of a CA with ${kind}`, () => {
            const ca = authority(...options);
            const { certificate } = new IdentityIssuer(ca).issue(subject);
            writeFileSync(join(folder, "node.crt"), certificate);
            const words = ["verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", "ca.crt", "node.crt"];
            assert.equal(execFileSync("openssl", words, { cwd: folder, encoding: "utf8" }), "node.crt: OK\n");
        });
    }

    it("say who and for how long, belong to their keys, are no CA and serve clients only", () => {
        const ca = authority("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
        const { certificate, privateKey } = new IdentityIssuer(ca).issue(subject);
        const [issued, issuer] = [new X509Certificate(certificate), new X509Certificate(ca.certificate)];
        assert.equal(issued.subject, "O=system:nodes\nCN=system:node:w1");
        assert.equal(issued.validTo, issuer.validTo);
        assert.ok(issued.checkPrivateKey(createPrivateKey(privateKey)));
        assert.equal(issued.ca, false);
        assert.deepEqual(issued.keyUsage, ["1.3.6.1.5.5.7.3.2"]);
    });

    it("are others every time, also in their serial numbers", () => {
        const issuer = new IdentityIssuer(authority("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"));
        const issued = Array.from({ length: 20 }, () => issuer.issue(subject));
        assert.equal(new Set(issued.map(({ privateKey }) => privateKey)).size, 20);
        assert.equal(new Set(issued.map(({ certificate }) => new X509Certificate(certificate).serialNumber)).size, 20);
    });
});
