import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutOutputs } from "../../components/debugLog";
import { secretForms } from "../support/secretForms";

describe("what a secret looks like", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = privateKey.export({ type: "sec1", format: "pem" }) as string;
    const isFoundIn = (text: string, secret: string) => secretForms(secret).some((form) => text.includes(form));

    it("a key is found as PEM, with and without line ends, and inside any base64", () => {
        for (const text of [pem, pem.replaceAll("\n", "\\n"), ...["", "x", "xy"].map((x) => inBase64(`${x}${pem}`))]) {
            assert.ok(isFoundIn(text, pem), text);
        }
    });

    it("a word is found, and inside any base64", () => {
        for (const text of [
            "correct horse",
            ...["a ", "ab ", "abc "].map((x) => inBase64(`${x}correct horse battery`)),
        ]) {
            assert.ok(isFoundIn(text, "correct horse"), text);
        }
    });

    it("neither its public key nor its certificate's place for it is", () => {
        for (const key of [privateKey, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey]) {
            const text = key.export({ type: "pkcs8", format: "pem" }) as string;
            const open = createPublicKey(text).export({ type: "spki", format: "der" });
            for (const before of [0, 1, 2]) {
                const shown = Buffer.concat([Buffer.alloc(before), open]).toString("base64");
                assert.ok(!isFoundIn(shown, text));
            }
        }
    });

    for (const type of ["ecdsa", "ed25519"]) {
        it(`neither an OpenSSH key's public key, which it holds twice, nor what all such keys have in common is: ${type}`, () => {
            const folder = mkdtempSync(join(tmpdir(), "secret-forms-"));
            const make = (name: string) => {
                const file = join(folder, name);
                execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "", "-f", file]);
                return [file, `${file}.pub`].map((each) => readFileSync(each, "utf8"));
            };
            const [secret, open] = make("one");
            const [other] = make("other");
            rmSync(folder, { recursive: true });
            assert.ok(!isFoundIn(open + other, secret));
            assert.ok(isFoundIn(secret, secret));
        });
    }

    it("another key is not", () => {
        const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
        const text = other.export({ type: "sec1", format: "pem" }) as string;
        assert.ok(!isFoundIn(text + inBase64(text), pem));
    });

    it("the SDK's debug messages lose what was registered, and keep what it was", () => {
        const said = withoutOutputs(
            "RegisterResource RPC finished: resource:key; err: null, resp: urn,key,-----BEGIN\nEC",
        );
        assert.equal(
            said,
            "RegisterResource RPC finished: resource:key; err: null, resp: (left out: it may hold secrets)",
        );
    });
});

function inBase64(text: string): string {
    return Buffer.from(text).toString("base64");
}
