import { readFileSync } from "node:fs";
import { join } from "node:path";

export const readmeFile = join(__dirname, "..", "..", "README.md");

/** The stack file that the README shows. */
export function readmeStackFile(): string {
    const [, example] = /```yaml\n(# Pulumi\.prod\.yaml[\s\S]*?)```/.exec(
        readFileSync(readmeFile, "utf8"),
    ) as RegExpExecArray;
    return example;
}
