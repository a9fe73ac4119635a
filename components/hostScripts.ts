import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "fflate";
import { pack } from "tar-stream";

const folder = join(__dirname, "..", "hosts");

let archive: Promise<string> | undefined;

/**
 * The scripts of hosts/ as one line of text: tar, gzip, base64. The same scripts give the same line on every machine
 * (fixed times, and a compressor that does not depend on Node's zlib), so that a plan shows no change where there is none.
 */
export function hostScripts(): Promise<string> {
    archive ??= makeArchive();
    return archive;
}

async function makeArchive(): Promise<string> {
    const tar = pack();
    for (const name of scriptNames()) {
        tar.entry({ name, mode: 0o755, mtime: new Date(0), uid: 0, gid: 0 }, readFileSync(join(folder, name)));
    }
    tar.finalize();
    const chunks: Uint8Array[] = [];
    for await (const chunk of tar) {
        chunks.push(chunk as Uint8Array);
    }
    return Buffer.from(gzipSync(Buffer.concat(chunks), { level: 9, mtime: 0 })).toString("base64");
}

function scriptNames(): string[] {
    return ["step", "health-check", "go-back", ...filesIn("lib"), ...filesIn("steps")];
}

function filesIn(subfolder: string): string[] {
    return readdirSync(join(folder, subfolder))
        .sort()
        .map((file) => `${subfolder}/${file}`);
}
