import { createHash } from "node:crypto";

/** A public key of a host, as in /etc/ssh/ssh_host_*_key.pub. */
export interface HostKey {
    /** "ssh-ed25519", "ecdsa-sha2-nistp256" … */
    type: string;
    /** The key in SSH's wire format, base64. */
    key: string;
}

/**
 * The types that can be checked, best first. The command provider asks a server for nothing but the type of the key that
 * it is given, an RSA key by its first name "ssh-rsa": sshd 8.8 and newer do not answer to that.
 */
const usableTypes = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"];

/** Reads "TYPE BASE64 …"; undefined when that is no key, or is cut short. */
export function parseHostKey(text: string): HostKey | undefined {
    const [type, key] = text.trim().split(/\s+/);
    return key !== undefined && isKeyOf(type, key) ? { type, key } : undefined;
}

/** Whether the command provider can check a host's identity by this key. */
export function isUsable({ type }: HostKey): boolean {
    return usableTypes.includes(type);
}

/** The keys with the best type first. */
export function byType(keys: HostKey[]): HostKey[] {
    const place = ({ type }: HostKey) => (usableTypes.includes(type) ? usableTypes.indexOf(type) : usableTypes.length);
    return [...keys].sort((one, other) => place(one) - place(other));
}

/** The fingerprint that ssh and ssh-keygen -l show: "SHA256:…". */
export function fingerprint({ key }: HostKey): string {
    const digest = createHash("sha256").update(Buffer.from(key, "base64")).digest("base64");
    return `SHA256:${digest.replace(/=+$/, "")}`;
}

/** What is wrong with a `hostKey` of the configuration, or undefined. */
export function hostKeyMistake(text: string): string | undefined {
    const parsed = parseHostKey(text);
    if (!parsed) {
        return "is not a host key as in /etc/ssh/ssh_host_*_key.pub; example: ssh-ed25519 AAAA…";
    }
    return isUsable(parsed)
        ? undefined
        : "is of a type that cannot be checked; give the host's ed25519 key (/etc/ssh/ssh_host_ed25519_key.pub)";
}

/** The wire format is a row of fields, each with its length before it; the first is the type. */
function isKeyOf(type: string, key: string): boolean {
    const bytes = Buffer.from(key, "base64");
    const fields: Buffer[] = [];
    let place = 0;
    while (place + 4 <= bytes.length) {
        const end = place + 4 + bytes.readUInt32BE(place);
        fields.push(bytes.subarray(place + 4, end));
        place = end;
    }
    const isWhole = place === bytes.length && bytes.toString("base64") === key;
    return isWhole && fields.length > 1 && fields[0].toString() === type;
}
