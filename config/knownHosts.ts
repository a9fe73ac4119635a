import { createHmac } from "node:crypto";
import ipaddr from "ipaddr.js";
import { byType, fingerprint, type HostKey, isUsable, parseHostKey } from "./hostKey";

/**
 * A host's key, or why the file gives none: words that complete the sentence "FILE …", and whether the file warns of the
 * keys that it has.
 */
export type KnownHostKey = { key: HostKey } | { refused: string; revoked: boolean };

interface KnownLine {
    /** Number in the file, from 1. */
    number: number;
    marker: string | undefined;
    names: string;
    key: HostKey;
}

/**
 * Looks a host's key up in the text of a known_hosts file, by the rules of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT":
 * hashed names, wildcards, negations, [name]:port, @revoked. What ssh accepts and the command provider cannot check is
 * refused: host certificates (@cert-authority), RSA keys, several keys of one type.
 */
export function findHostKey(knownHosts: string, host: string, port: number): KnownHostKey {
    const lines = linesOf(knownHosts).filter(({ names }) => isFor(names, host, port));
    const revoked = lines.filter(({ marker }) => marker === "@revoked").map(({ key }) => key.key);
    const own = ownLines(lines, host, port);
    const valid = own.filter(({ key }) => !revoked.includes(key.key));
    const [best] = byType(valid.map(({ key }) => key).filter(isUsable));
    const rivals = valid.filter(({ key }) => key.type === best?.type);
    if (best && rivals.every(({ key }) => key.key === best.key)) {
        return { key: best };
    }
    const name = port === 22 ? host : `${host} port ${port}`;
    return best
        ? {
              refused: `has several ${best.type} keys of ${name} (lines ${numbersOf(rivals)}): leave the valid one`,
              revoked: false,
          }
        : whyNone(name, lines, own, valid);
}

/** Whether the file says that this key must not be trusted any more; the number of the line that says so. */
export function revokingLine(knownHosts: string, host: string, port: number, key: HostKey): number | undefined {
    const lines = linesOf(knownHosts).filter(({ marker, names }) => marker === "@revoked" && isFor(names, host, port));
    return lines.find((line) => line.key.key === key.key)?.number;
}

/** Lines with a plain key of the host. As with ssh, those of [host]:port win over those of the host on any port. */
function ownLines(lines: KnownLine[], host: string, port: number): KnownLine[] {
    const own = lines.filter(({ marker }) => marker === undefined);
    const exact = own.filter(({ names }) => isNamed(names, namesOf(host, port)));
    return exact.length > 0 ? exact : own;
}

function whyNone(name: string, lines: KnownLine[], own: KnownLine[], valid: KnownLine[]): KnownHostKey {
    if (valid.length > 0) {
        const types = valid.map(({ key }) => key.type).join(", ");
        return {
            refused: `has only a key of ${name} of a type that cannot be checked (${types}, line ${numbersOf(valid)})`,
            revoked: false,
        };
    }
    if (own.length > 0) {
        const prints = own.map(({ key }) => fingerprint(key)).join(", ");
        return { refused: `marks the key of ${name} as @revoked (${prints})`, revoked: true };
    }
    const authority = lines.find(({ marker }) => marker === "@cert-authority");
    return {
        refused: authority
            ? `has only a @cert-authority for ${name} (line ${authority.number}), and certificates of hosts cannot be checked`
            : `has no key of ${name}`,
        revoked: false,
    };
}

function linesOf(text: string): KnownLine[] {
    return text.split("\n").flatMap((line, index) => {
        const words = line.trim().split(/\s+/);
        const marker = words[0].startsWith("@") ? words.shift() : undefined;
        const [names, type, base64] = words;
        const key = base64 === undefined || names.startsWith("#") ? undefined : parseHostKey(`${type} ${base64}`);
        return key ? [{ number: index + 1, marker, names, key }] : [];
    });
}

/** Whether a line is about the host; one without a port is about every port of it. */
function isFor(names: string, host: string, port: number): boolean {
    return isNamed(names, namesOf(host, port)) || (port !== 22 && isNamed(names, namesOf(host, 22)));
}

/** How a file may name the host: as it is written here, or, an IPv6 address, in its canonical form. */
function namesOf(host: string, port: number): string[] {
    const written = host.toLowerCase();
    const spellings = ipaddr.isValid(written) ? [written, ipaddr.parse(written).toString()] : [written];
    return spellings.map((name) => (port === 22 ? name : `[${name}]:${port}`));
}

function isNamed(list: string, names: string[]): boolean {
    const patterns = list.split(",");
    const matches = (pattern: string) => names.some((name) => isName(pattern, name));
    const refused = patterns.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1)));
    return !refused && patterns.some((pattern) => !pattern.startsWith("!") && matches(pattern));
}

function isName(pattern: string, name: string): boolean {
    const hashed = /^\|1\|([^|]+)\|([^|]+)$/.exec(pattern);
    if (hashed) {
        const [, salt, hash] = hashed;
        return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
    }
    const literal = pattern.toLowerCase().replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(name);
}

function numbersOf(lines: KnownLine[]): string {
    return lines.map(({ number }) => number).join(", ");
}
