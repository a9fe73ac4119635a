import { readFileSync } from "node:fs";

/** What a file holds; empty when it is gone, as things of processes and of other labs may be at any moment. */
export function contentOf(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch {
        return "";
    }
}
