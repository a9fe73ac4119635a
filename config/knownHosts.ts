import { createHmac } from "node:crypto";

/**
 * The order in which Go's SSH client, which the command provider uses, asks a server for its key: of several known keys
 * the one that will be seen has to be chosen (golang.org/x/crypto/ssh, default host key algorithms).
 */
const askedFirst = ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa", "ssh-ed25519"];

/**
 * Looks a host's key up in the text of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
 * Hashed names are understood; lines with a marker (@cert-authority, @revoked) and wildcards are not, and never match.
 * @returns "type base64", or undefined when the file does not know the host
 */
export function findHostKey(knownHosts: string, host: string, port: number): string | undefined {
    const name = port === 22 ? host : `[${host}]:${port}`;
    const keys = knownHosts
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .filter(([names, type, key]) => names && type && key && !names.startsWith("#") && !names.startsWith("@"))
        .filter(([names]) => names.split(",").some((known) => isName(known, name)))
        .map(([, type, key]) => ({ type, key }))
        .sort((one, other) => rank(one.type) - rank(other.type));
    return keys.length > 0 ? `${keys[0].type} ${keys[0].key}` : undefined;
}

function rank(type: string): number {
    const place = askedFirst.indexOf(type);
    return place === -1 ? askedFirst.length : place;
}

function isName(known: string, name: string): boolean {
    const hashed = /^\|1\|([^|]+)\|([^|]+)$/.exec(known);
    if (!hashed) {
        return known === name;
    }
    const [, salt, hash] = hashed;
    return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}
