import { createHash } from "node:crypto";

/** Stands for a text in a command or a file's name: with another text that is another one, too. Twelve hexadecimal digits. */
export function shortDigest(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
