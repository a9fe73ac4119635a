/** How an SSH private key is kept. */
export type PrivateKeyForm = "plain" | "encrypted" | "unreadable";

/** Whether a text is a private key that the command provider can read, and whether it needs a passphrase for that. */
export function privateKeyForm(text: string): PrivateKeyForm {
    const [, kind, body] = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----([\s\S]*?)-----END/.exec(text) ?? [];
    if (kind === undefined || kind === "ENCRYPTED ") {
        return "unreadable"; // PKCS #8 with a passphrase is known to ssh, not to Go's SSH library
    }
    if (kind === "OPENSSH ") {
        return cipherOf(body) === "none" ? "plain" : "encrypted";
    }
    return body.includes("Proc-Type: 4,ENCRYPTED") ? "encrypted" : "plain";
}

/** First field of OpenSSH's own format (PROTOCOL.key): "openssh-key-v1\0", then the cipher's name with its length. */
function cipherOf(body: string): string {
    const bytes = Buffer.from(body, "base64");
    const begin = "openssh-key-v1\0".length + 4;
    return bytes.length < begin ? "none" : bytes.toString("latin1", begin, begin + bytes.readUInt32BE(begin - 4));
}
