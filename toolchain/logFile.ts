import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";

/** How much of a log's end is looked at. */
const tailBytes = 16 * 1024;

/** The last lines of a log file, leaving out what stood there before `from` (a position in bytes). */
export function lastLines(file: string, count: number, from = 0): string[] {
    if (!existsSync(file)) {
        return [];
    }
    const { size } = statSync(file);
    const start = Math.max(from, size - tailBytes);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    const descriptor = openSync(file, "r");
    try {
        readSync(descriptor, buffer, 0, buffer.length, start);
    } finally {
        closeSync(descriptor);
    }
    const lines = buffer.toString("utf8").split(/[\r\n]+/);
    return lines.filter((line) => line.trim() !== "").slice(-count);
}
