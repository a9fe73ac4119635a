import { strict as assert } from "node:assert";
import { createHmac } from "node:crypto";
import { findHostKey } from "../../config/knownHosts";

function hashed(name: string): string {
    const salt = Buffer.from("0123456789abcdefghij");
    return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
}

describe("known_hosts", () => {
    it("finds a host by address, by name in a list, and on another port", () => {
        const text = "192.0.2.1,m1.example.com ssh-ed25519 AAAA1 comment\n[192.0.2.1]:2222 ssh-ed25519 AAAA2\n";
        assert.equal(findHostKey(text, "192.0.2.1", 22), "ssh-ed25519 AAAA1");
        assert.equal(findHostKey(text, "m1.example.com", 22), "ssh-ed25519 AAAA1");
        assert.equal(findHostKey(text, "192.0.2.1", 2222), "ssh-ed25519 AAAA2");
    });

    it("finds a hashed name", () => {
        assert.equal(findHostKey(`${hashed("m1")} ssh-rsa AAAA\n`, "m1", 22), "ssh-rsa AAAA");
        assert.equal(findHostKey(`${hashed("m1")} ssh-rsa AAAA\n`, "m2", 22), undefined);
    });

    it("takes the type that the SSH client will ask for first", () => {
        const text = "m1 ssh-ed25519 E\nm1 ssh-rsa R\nm1 ecdsa-sha2-nistp256 C\n";
        assert.equal(findHostKey(text, "m1", 22), "ecdsa-sha2-nistp256 C");
    });

    it("never takes marked, commented or broken lines", () => {
        const text = "@cert-authority m1 ssh-rsa CA\n@revoked m1 ssh-rsa OLD\n# m1 ssh-rsa X\nm1 ssh-rsa\n";
        assert.equal(findHostKey(text, "m1", 22), undefined);
    });
});
