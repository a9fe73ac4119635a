import { strict as assert } from "node:assert";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
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
