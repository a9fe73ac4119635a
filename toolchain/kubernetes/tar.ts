import { createReadStream, statSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";

/** One member of a tar archive. Owner root, modified at the epoch: nothing of the machine that packs it. */
export interface TarEntry {
    /** Without a leading slash; of folders without a trailing one. */
    path: string;
    mode: number;
    type: "file" | "directory";
    /** Bytes; 0 for a directory. */
    size: number;
    content(): Content;
}

/** A piece at a time, so that large files never are in memory as a whole. */
export type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export function directoryEntry(path: string, mode = 0o755): TarEntry {
    return { path, mode, type: "directory", size: 0, content: () => [] };
}

export function textEntry(path: string, text: string, mode = 0o644): TarEntry {
    const bytes = Buffer.from(text);
    return { path, mode, type: "file", size: bytes.length, content: () => [bytes] };
}

/** The content is read each time it is asked for, so the file must stay as it is until then. */
export function fileEntry(path: string, file: string, mode: number): TarEntry {
    return { path, mode, type: "file", size: statSync(file).size, content: () => createReadStream(file) };
}

/** The archive of these entries, in their order: the same entries give the same bytes. */
export async function* tarContent(entries: TarEntry[]): AsyncGenerator<Uint8Array> {
    const archive = pack();
    fill(archive, entries).catch((error) => archive.destroy(error));
    for await (const chunk of archive) {
        yield chunk as Uint8Array;
    }
}

async function fill(archive: Pack, entries: TarEntry[]): Promise<void> {
    for (const { path, mode, type, size, content } of entries) {
        const header = { name: path, mode, type, size, mtime: new Date(0) };
        if (type === "directory") {
            archive.entry(header);
        } else {
            await pipeline(Readable.from(content(), { objectMode: false }), archive.entry(header));
        }
    }
    archive.finalize();
}
