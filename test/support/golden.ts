import { strict as assert } from "node:assert";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const folder = join(__dirname, "..", "golden");

/** The text must be that of the golden file. UPDATE_GOLDEN=1 writes the file instead: read the difference before you commit it. */
export function assertGolden(name: string, actual: string): void {
    const file = join(folder, name);
    if (process.env.UPDATE_GOLDEN) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, actual);
        return;
    }
    assert.equal(
        actual,
        readFileSync(file, "utf8"),
        `${name} differs; UPDATE_GOLDEN=1 npm run test:quick takes the new text over`,
    );
}
