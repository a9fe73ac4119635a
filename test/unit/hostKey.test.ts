import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprint, type HostKey, hostKeyMistake, isUsable, parseHostKey } from "../../config/hostKey";

describe("host keys", () => {
    const folder = mkdtempSync(join(tmpdir(), "host-key-test-"));
    after(() => rmSync(folder, { recursive: true }));

    function made(type: string): string {
        const file = join(folder, type);
        rmSync(file, { force: true }); // or ssh-keygen asks
        execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", file]);
        return readFileSync(`${file}.pub`, "utf8");
    }

    for (const type of ["ed25519", "ecdsa", "rsa"]) {
        it(`of type ${type} are read, with the fingerprint that ssh-keygen tells`, () => {
            const key = parseHostKey(made(type)) as HostKey;
            const told = execFileSync("ssh-keygen", ["-lf", join(folder, type)], { encoding: "utf8" });
            assert.ok(told.includes(` ${fingerprint(key)} `), told);
            assert.equal(isUsable(key), type !== "rsa");
        });
    }

    it("of a configuration may have a comment, and must be whole and of a type that can be checked", () => {
        const key = made("ed25519");
        const [type, base64] = key.split(" ");
        assert.equal(hostKeyMistake(key), undefined);
        assert.equal(hostKeyMistake(`${type} ${base64}`), undefined);
        for (const broken of ["", base64, `${type} ${base64.slice(0, -4)}`, `ssh-rsa ${base64}`, `${type} AAAA…`]) {
            assert.match(hostKeyMistake(broken) ?? "", /^is not a host key/, broken);
        }
        assert.match(hostKeyMistake(made("rsa")) ?? "", /cannot be checked; give the host's ed25519 key/);
    });
});
