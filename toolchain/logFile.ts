import { readFileSync } from "node:fs";

/** The lines of a log file that were written after `from` (a position in bytes), without empty ones. */
export function linesSince(file: string, from: number): string[] {
    const written = readFileSync(file).subarray(from).toString("utf8");
    return written.split(/[\r\n]+/).filter((line) => line.trim() !== "");
}
