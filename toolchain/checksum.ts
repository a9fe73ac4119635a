import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/** What a file's content must add up to; hex digits. */
export interface Checksum {
    /** Some projects publish nothing better. It finds a broken file, not a forged one: that is left to HTTPS. */
    sha1?: string;
    sha256?: string;
    sha512?: string;
}

const algorithmByLength: Record<number, keyof Checksum> = { 40: "sha1", 64: "sha256", 128: "sha512" };

/**
 * Looks a file up in a published list: `<hex>  ./name`, the format of sha256sum and its kin, or nothing but the hex
 * digits where a list belongs to one file. undefined when the file is not listed.
 */
export function checksumFromList(list: string, fileName: string): Checksum | undefined {
    for (const line of list.split("\n")) {
        const [, hex, name] = /^([0-9a-f]+)(?:\s+\*?(?:\.\/)?(.+?))?\s*$/i.exec(line) ?? [];
        const algorithm = hex && algorithmByLength[hex.length];
        if (algorithm && (name ?? fileName) === fileName) {
            return { [algorithm]: hex.toLowerCase() };
        }
    }
    return undefined;
}

/** In words what is wrong with a file's content; undefined when it is as expected. */
export async function checksumFault(file: string, expected: Checksum): Promise<string | undefined> {
    for (const [algorithm, hex] of Object.entries(expected)) {
        const hash = createHash(algorithm);
        await pipeline(createReadStream(file), hash);
        const actual = hash.digest("hex");
        if (hex && actual !== hex.toLowerCase()) {
            return `its ${algorithm} is ${actual}, but ${hex} was published`;
        }
    }
    return undefined;
}
