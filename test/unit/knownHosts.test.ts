import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findHostKey, revokingLine } from "../../config/knownHosts";

/** A key of the right form, told from others by its number. */
function key(type: string, number: number): string {
    const field = (content: Buffer) => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(content.length);
        return Buffer.concat([length, content]);
    };
    const blob = Buffer.concat([field(Buffer.from(type)), field(Buffer.alloc(32, number))]);
    return `${type} ${blob.toString("base64")}`;
}

const ed1 = key("ssh-ed25519", 1);
const ed2 = key("ssh-ed25519", 2);
const ecdsa = key("ecdsa-sha2-nistp256", 3);
const rsa = key("ssh-rsa", 4);

function hashed(name: string): string {
    const salt = Buffer.from("0123456789abcdefghij");
    return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
}

/** "TYPE KEY", or the words of the refusal. */
function find(text: string | string[], host: string, port = 22): string {
    const found = findHostKey([text].flat().join("\n"), host, port);
    return "key" in found ? `${found.key.type} ${found.key.key}` : found.refused;
}

describe("known_hosts", () => {
    it("finds a host by address, by name in a list, and on another port", () => {
        const text = [`192.0.2.1,m1.example.com ${ed1} comment`, `[192.0.2.1]:2222 ${ed2}`];
        assert.equal(find(text, "192.0.2.1"), ed1);
        assert.equal(find(text, "M1.example.com"), ed1);
        assert.equal(find(text, "192.0.2.1", 2222), ed2);
        assert.equal(find(text, "192.0.2.2"), "has no key of 192.0.2.2");
    });

    it("takes a line without a port for every port, as ssh does, where there is none with it", () => {
        assert.equal(find(`192.0.2.1 ${ed1}`, "192.0.2.1", 2222), ed1);
        assert.equal(find(`[192.0.2.1]:2222 ${ed1}`, "192.0.2.1"), "has no key of 192.0.2.1");
        assert.equal(find(`[192.0.2.1]:2222 ${ed1}`, "192.0.2.1", 22222), "has no key of 192.0.2.1 port 22222");
    });

    it("finds IPv6 addresses, however they are written", () => {
        const text = [`2001:db8::1 ${ed1}`, `[2001:db8::1]:2222 ${ed2}`];
        assert.equal(find(text, "2001:db8::1"), ed1);
        assert.equal(find(text, "2001:DB8:0:0::1"), ed1);
        assert.equal(find(text, "2001:db8::1", 2222), ed2);
    });

    it("finds hashed names, with their port", () => {
        assert.equal(find(`${hashed("m1")} ${ed1}`, "m1"), ed1);
        assert.equal(find(`${hashed("m1")} ${ed1}`, "m2"), "has no key of m2");
        assert.equal(find(`${hashed("[m1]:2222")} ${ed1}`, "m1", 2222), ed1);
        assert.equal(find(`${hashed("2001:db8::1")} ${ed1}`, "2001:db8:0::1"), ed1);
    });

    it("understands wildcards and negations", () => {
        const text = `*.example.com,!m3.example.com,192.0.2.? ${ed1}`;
        assert.equal(find(text, "m1.example.com"), ed1);
        assert.equal(find(text, "192.0.2.7"), ed1);
        assert.equal(find(text, "192.0.2.17"), "has no key of 192.0.2.17");
        assert.equal(find(text, "m3.example.com"), "has no key of m3.example.com");
        assert.equal(find(text, "m1xexample.com"), "has no key of m1xexample.com");
        assert.equal(find(`[*.example.com]:2222 ${ed1}`, "m1.example.com", 2222), ed1);
    });

    it("prefers ed25519 and ECDSA, and refuses a host of which it has another type only", () => {
        assert.equal(find([`m1 ${rsa}`, `m1 ${ecdsa}`, `m1 ${ed1}`], "m1"), ed1);
        assert.equal(find([`m1 ${rsa}`, `m1 ${ecdsa}`], "m1"), ecdsa);
        assert.equal(
            find(["", `m1 ${rsa}`], "m1"),
            "has only a key of m1 of a type that cannot be checked (ssh-rsa, line 2)",
        );
    });

    it("refuses to choose between several keys of a type", () => {
        assert.equal(find([`m1,m2 ${ed1}`, `m1 ${ed1}`], "m1"), ed1);
        assert.equal(
            find([`m1 ${ed1}`, "# changed", `* ${ed2}`], "m1"),
            "has several ssh-ed25519 keys of m1 (lines 1, 3): leave the valid one",
        );
    });

    it("takes no key that is @revoked, wherever the line is", () => {
        const [, blob] = ed1.split(" ");
        for (const names of ["*", "m1", hashed("m1")]) {
            const text = [`m1 ${ed1}`, `m1 ${ecdsa}`, `@revoked ${names} ${ed1}`].join("\n");
            assert.equal(find(text, "m1"), ecdsa);
            assert.equal(revokingLine(text, "m1", 2222, { type: "ssh-ed25519", key: blob }), 3);
        }
        const elsewhere = `m1 ${ed1}\n@revoked m2 ${ed1}`;
        assert.equal(find(elsewhere, "m1"), ed1);
        assert.equal(revokingLine(elsewhere, "m1", 22, { type: "ssh-ed25519", key: blob }), undefined);
        assert.match(
            find([`@revoked * ${ed1}`, `m1 ${ed1}`], "m1"),
            /^marks the key of m1 as @revoked \(SHA256:\S{43}\)/,
        );
    });

    it("refuses a host that only a @cert-authority vouches for", () => {
        assert.equal(
            find(`@cert-authority *.example.com ${ed1}`, "m1.example.com"),
            "has only a @cert-authority for m1.example.com (line 1), and certificates of hosts cannot be checked",
        );
        assert.equal(find([`@cert-authority * ${ed1}`, `m1 ${ed2}`], "m1"), ed2);
    });

    it("never takes commented or broken lines, or markers that it does not know", () => {
        const broken = ["m1", "m1 ssh-ed25519", "m1 ssh-ed25519 AAAA", `m1 ssh-rsa ${ed1.split(" ")[1]}`];
        assert.equal(find([`# m1 ${ed1}`, `#m1 ${ed1}`, `@other m1 ${ed1}`, ...broken], "m1"), "has no key of m1");
    });

    it("reads what ssh-keygen makes", () => {
        const folder = mkdtempSync(join(tmpdir(), "known-hosts-test-"));
        try {
            const file = join(folder, "known_hosts");
            writeFileSync(file, `m1,2001:db8::1 ${ed1}\n[m2]:2222 ${ed2}\n`);
            execFileSync("ssh-keygen", ["-q", "-H", "-f", file], { stdio: "ignore" });
            const text = readFileSync(file, "utf8");
            assert.doesNotMatch(text, /^[[]?m[12]/m);
            assert.deepEqual([find(text, "m1"), find(text, "2001:db8::1"), find(text, "m2", 2222)], [ed1, ed1, ed2]);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
