import { createHash } from "node:crypto";
import {
    appendFileSync,
    copyFileSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    renameSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pieceFolder } from "../../toolchain/locate";

/**
 * Makes a bundle in `folder` that differs from the newest one in this program only, which does the same: bytes behind its end
 * are read by nobody. Returns the digest of its SHA256SUMS.
 */
export function otherBundle(folder: string, program: string): string {
    const bundle = pieceFolder("bundle");
    for (const part of readdirSync(bundle, { recursive: true, withFileTypes: true })) {
        const from = join(part.parentPath, part.name);
        const to = join(folder, from.slice(bundle.length));
        if (part.isFile()) {
            mkdirSync(dirname(to), { recursive: true });
            symlinkSync(from, to);
        }
    }
    const other = join(folder, program);
    copyFileSync(join(bundle, program), `${other}.new`);
    appendFileSync(`${other}.new`, "another");
    replace(other);
    const digest = createHash("sha256").update(readFileSync(other)).digest("hex");
    const sums = readFileSync(join(bundle, "SHA256SUMS"), "utf8").replace(
        new RegExp(`^[0-9a-f]{64}( [ *](\\./)?${program})$`, "m"),
        `${digest}$1`,
    );
    writeFileSync(join(folder, "SHA256SUMS.new"), sums);
    replace(join(folder, "SHA256SUMS"));
    return createHash("sha256").update(sums).digest("hex");
}

function replace(file: string): void {
    renameSync(`${file}.new`, file);
}
