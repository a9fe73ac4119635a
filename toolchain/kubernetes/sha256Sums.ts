import { createHash } from "node:crypto";
import { createReadStream, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { checksumFault } from "../checksum";

/** Lists every other file of the folder, in the format of sha256sum. */
export const sumsFile = "SHA256SUMS";

/** Writes the folder's SHA256SUMS. */
export async function writeSha256Sums(folder: string): Promise<void> {
    const lines: string[] = [];
    for (const path of filesBelow(folder)) {
        const hash = createHash("sha256");
        await pipeline(createReadStream(join(folder, path)), hash);
        lines.push(`${hash.digest("hex")}  ./${path}\n`);
    }
    writeFileSync(join(folder, sumsFile), lines.join(""));
}

/** The files that the folder's SHA256SUMS lists. Throws when one of them is absent or not what is listed. */
export async function checkSha256Sums(folder: string): Promise<string[]> {
    const listed: string[] = [];
    for (const line of readFileSync(join(folder, sumsFile), "utf8").trimEnd().split("\n")) {
        const [, sha256, path] = /^([0-9a-f]{64}) {2}\.\/(.+)$/.exec(line) ?? [];
        if (!sha256 || !path || path.split("/").includes("..")) {
            throw new Error(
                `${join(folder, sumsFile)} has the line "${line}", which is not of the form "<sha256>  ./path".`,
            );
        }
        const fault = await checksumFault(join(folder, path), { sha256 });
        if (fault) {
            throw new Error(`${join(folder, path)} is not the file that ${sumsFile} lists: ${fault}.`);
        }
        listed.push(path);
    }
    return listed;
}

function filesBelow(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .filter((path) => path !== sumsFile)
        .sort();
}
