import { readFileSync } from "node:fs";
import { z } from "zod";
import { filePath } from "./formats";

/** A text, or the file that holds it, relative to the project. */
export type TextOrFile = string | { file: string };

/** @param what the text is, with its article: "a patch" */
export function textOrFile(what: string) {
    return z.union([z.string().min(1), z.strictObject({ file: filePath })], {
        error: `is neither the text of ${what} nor { file: PATH }`,
    });
}

/** The text itself. Throws where its file cannot be read. */
export function textOf(given: TextOrFile): string {
    return typeof given === "string" ? given : readFileSync(given.file, "utf8");
}
