import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { checksumFromList } from "./checksum";
import { SourceRefused, type Workshop } from "./piece";

/** A published file and the published list that its checksum stands in. */
export interface PublishedFile {
    url: string;
    checksumsUrl: string;
}

/** Fetches a published file, checks it against its published checksum, and returns where it is. */
export async function fetchPublished(file: PublishedFile, workshop: Workshop): Promise<string> {
    const downloads = join(workshop.scratch, "downloads");
    mkdirSync(downloads, { recursive: true });
    const list = join(downloads, basename(file.checksumsUrl));
    await workshop.download(file.checksumsUrl, list, {});
    const name = basename(file.url);
    const expected = checksumFromList(readFileSync(list, "utf8"), name);
    if (!expected) {
        throw new SourceRefused(`${file.checksumsUrl} does not list ${name}, so it could not be checked`);
    }
    const target = join(downloads, name);
    await workshop.download(file.url, target, expected);
    return target;
}

/** Fetches a published tar archive and unpacks it; `strip` is the number of leading folders to drop. */
export async function unpackPublished(
    file: PublishedFile,
    into: string,
    strip: number,
    workshop: Workshop,
): Promise<void> {
    const archive = await fetchPublished(file, workshop);
    mkdirSync(into, { recursive: true });
    await workshop.run("tar", [
        "--extract",
        "--file",
        archive,
        "--directory",
        into,
        `--strip-components=${strip}`,
        "--no-same-owner",
    ]);
}
