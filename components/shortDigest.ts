import { createHash } from "node:crypto";

/** Stands for a text in a command: another one, and the command changes. Twelve hexadecimal digits. */
export function shortDigest(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
