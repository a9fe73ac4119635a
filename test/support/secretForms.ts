import { createPublicKey } from "node:crypto";

/**
 * Strings by which a secret is recognised, however it was written down: a PEM by the lines of its body, anything by itself,
 * and both inside a base64 text, wherever in it they begin.
 */
export function secretForms(secret: string): string[] {
    const pem = /-----BEGIN [^-]+-----\n([^-]+)\n-----END/.exec(secret);
    const raw = pem ? secretLines(secret, pem[1]) : [secret];
    return [...new Set([...raw, ...raw.flatMap(insideBase64)])];
}

/** Lines of a private key that are not wholly of its public key, which may be seen anywhere; a short last line tells nothing. */
function secretLines(pem: string, body: string): string[] {
    const isPublic = publicBytes(pem, body);
    return body.split("\n").filter((line) => line.length >= 24 && !isPublic.includes(Buffer.from(line, "base64")));
}

function publicBytes(pem: string, body: string): Buffer {
    return pem.includes("OPENSSH")
        ? openSshHead(Buffer.from(body, "base64"))
        : createPublicKey(pem).export({ type: "spki", format: "der" });
}

/**
 * OpenSSH's own form begins with a magic word, three fields about encryption and the number of keys, alike in all files, and
 * the public key.
 */
function openSshHead(bytes: Buffer): Buffer {
    let place = "openssh-key-v1\0".length;
    const skipField = () => {
        place += 4 + bytes.readUInt32BE(place);
    };
    skipField();
    skipField();
    skipField();
    place += 4;
    return bytes.subarray(0, place + 4 + bytes.readUInt32BE(place));
}

/** What of the text's base64 is the same whatever stands before and after it, for each of the three ways to begin. */
function insideBase64(text: string): string[] {
    return [0, 1, 2].map((before) => {
        const encoded = Buffer.from("x".repeat(before) + text).toString("base64");
        return encoded.slice(before === 0 ? 0 : 4, encoded.length - 4);
    });
}
