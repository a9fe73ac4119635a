import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { privateKeyForm } from "../../config/privateKey";

describe("private keys", () => {
    const folder = mkdtempSync(join(tmpdir(), "private-key-test-"));
    after(() => rmSync(folder, { recursive: true }));

    const forms: [string, string[], string][] = [
        ["OpenSSH's form", ["-t", "ed25519"], "plain"],
        ["PEM", ["-t", "rsa", "-m", "PEM"], "plain"],
        ["PKCS #8", ["-t", "ecdsa", "-m", "PKCS8"], "plain"],
        ["OpenSSH's form with a passphrase", ["-t", "ed25519", "-N", "open sesame"], "encrypted"],
        ["PEM with a passphrase", ["-t", "rsa", "-m", "PEM", "-N", "open sesame"], "encrypted"],
        ["PKCS #8 with a passphrase", ["-t", "ecdsa", "-m", "PKCS8", "-N", "open sesame"], "unreadable"],
    ];
    for (const [title, options, form] of forms) {
        it(`in ${title} are ${form}`, () => {
            const file = join(folder, title.replace(/\W/g, ""));
            execFileSync("ssh-keygen", ["-q", "-f", file, ...(options.includes("-N") ? [] : ["-N", ""]), ...options]);
            assert.equal(privateKeyForm(readFileSync(file, "utf8")), form);
            assert.equal(privateKeyForm(readFileSync(`${file}.pub`, "utf8")), "unreadable");
        });
    }
});
