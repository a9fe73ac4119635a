import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checksumFault } from "../checksum";
import { SourceRefused, type Workshop } from "../piece";
import { type Blob, type Image, mediaTypes } from "./ociImage";

/** How a registry describes a blob. */
interface Descriptor {
    mediaType: string;
    digest: string;
    size: number;
    platform?: { architecture: string; os: string };
}

/** An image's name taken apart, and how to ask for its parts. */
interface Repository {
    /** "https://registry.k8s.io/v2/pause" */
    url: string;
    tag: string;
    /** A curl header file: what we accept and, where the registry wants one, a token. */
    headers: string;
    /** Blobs that have been fetched, kept between tries. */
    blobs: string;
}

const dockerMediaTypes = [
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

/** GitHub's registry hands out a token to anybody, but wants to see it. */
const tokenUrls: Record<string, (repository: string) => string> = {
    "ghcr.io": (repository) => `https://ghcr.io/token?service=ghcr.io&scope=repository:${repository}:pull`,
};

/**
 * Pulls an image, everything below the tag checked against its digest. The image keeps its official digest, so its
 * layers stay compressed as they are. A registry that cannot be reached, or that gives something else: SourceRefused.
 */
export async function pullImage(name: string, architecture: string, workshop: Workshop): Promise<Image> {
    const repository = await open(name, workshop);
    const tagged = await fetchTagged(repository, workshop);
    const manifest = tagged.manifests
        ? await fetchBlob(forPlatform(tagged.manifests, architecture, name), "manifests", repository, workshop)
        : tagged.blob;
    const { config, layers } = JSON.parse(readFileSync(blobFile(manifest.digest, repository), "utf8"));
    const blobs: Blob[] = [];
    for (const descriptor of [config, ...layers]) {
        blobs.push(await fetchBlob(descriptor, "blobs", repository, workshop));
    }
    return { name, manifest, blobs };
}

async function open(name: string, workshop: Workshop): Promise<Repository> {
    const [, host, path, tag] = /^([^/]+)\/(.+):([^:]+)$/.exec(name) ?? [];
    if (!host || !path || !tag) {
        throw new Error(`"${name}" is not an image name of the form registry/repository:tag.`);
    }
    const blobs = join(workshop.scratch, "blobs");
    mkdirSync(blobs, { recursive: true });
    const headers = join(workshop.scratch, `${host}.headers`);
    const accepted = [mediaTypes.index, mediaTypes.manifest, ...dockerMediaTypes].map((type) => `Accept: ${type}\n`);
    writeFileSync(headers, accepted.join("") + (await authorization(host, path, workshop)), { mode: 0o600 });
    // As container tools do: a registry on this machine speaks plain HTTP.
    const scheme = /^(localhost|127\.)/.test(host) ? "http" : "https";
    return { url: `${scheme}://${host}/v2/${path}`, tag, headers, blobs };
}

async function authorization(host: string, path: string, workshop: Workshop): Promise<string> {
    const tokenUrl = tokenUrls[host]?.(path);
    if (!tokenUrl) {
        return "";
    }
    const answer = join(workshop.scratch, `${host}.token.json`);
    await fetchWith([], tokenUrl, answer, workshop);
    return `Authorization: Bearer ${JSON.parse(readFileSync(answer, "utf8")).token}\n`;
}

/** What the tag names now: the manifest of an image, or an index of the images for several platforms. */
async function fetchTagged(
    repository: Repository,
    workshop: Workshop,
): Promise<{ blob: Blob; manifests?: Descriptor[] }> {
    const file = join(repository.blobs, "tagged.json");
    await fetchWith(headerArgs(repository), `${repository.url}/manifests/${repository.tag}`, file, workshop);
    const bytes = readFileSync(file);
    const { mediaType = mediaTypes.manifest, manifests } = JSON.parse(bytes.toString());
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    renameSync(file, blobFile(digest, repository));
    return { blob: localBlob({ mediaType, digest, size: bytes.length }, repository), manifests };
}

function forPlatform(manifests: Descriptor[], architecture: string, name: string): Descriptor {
    const found = manifests.find(({ platform }) => platform?.os === "linux" && platform.architecture === architecture);
    if (!found) {
        throw new SourceRefused(`${name} is not published for linux/${architecture}`);
    }
    return found;
}

async function fetchBlob(
    wanted: Descriptor,
    kind: "manifests" | "blobs",
    repository: Repository,
    workshop: Workshop,
): Promise<Blob> {
    const file = blobFile(wanted.digest, repository);
    if (!existsSync(file)) {
        const url = `${repository.url}/${kind}/${wanted.digest}`;
        const partial = `${file}.part`;
        await fetchWith(headerArgs(repository), url, partial, workshop);
        const fault = await checksumFault(partial, { sha256: wanted.digest.replace("sha256:", "") });
        if (fault) {
            throw new SourceRefused(`${url} was thrown away: ${fault}`);
        }
        renameSync(partial, file);
    }
    return localBlob(wanted, repository);
}

function localBlob({ mediaType, digest }: Descriptor, repository: Repository): Blob {
    const file = blobFile(digest, repository);
    return { mediaType, digest, size: statSync(file).size, content: () => createReadStream(file) };
}

function blobFile(digest: string, repository: Repository): string {
    return join(repository.blobs, digest.replace(":", "-"));
}

function headerArgs(repository: Repository): string[] {
    return ["--header", `@${repository.headers}`];
}

/** With curl, like every download here: it knows the machine's proxies and certificates. */
async function fetchWith(args: string[], url: string, to: string, workshop: Workshop): Promise<void> {
    const patience = ["--connect-timeout", "5", "--speed-limit", "1000", "--speed-time", "30"];
    try {
        await workshop.run("curl", [
            "--fail",
            "--silent",
            "--show-error",
            "--location",
            ...patience,
            ...args,
            "--output",
            to,
            url,
        ]);
    } catch (error) {
        throw new SourceRefused(`${url} cannot be had: ${(error as Error).message}`);
    }
}
