import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { type Content, directoryEntry, type TarEntry, tarContent, textEntry } from "./tar";

/** A piece of content in an image layout, known by its digest. */
export interface Blob {
    mediaType: string;
    /** "sha256:…" */
    digest: string;
    /** Bytes. */
    size: number;
    content(): Content;
}

/** An image as it goes into an archive. */
export interface Image {
    /** In full, with its tag, for instance "registry.k8s.io/pause:3.10.2". */
    name: string;
    manifest: Blob;
    /** Configuration and layers. */
    blobs: Blob[];
}

/** The part of an image's configuration that says how it is run. */
export interface RunConfig {
    Entrypoint: string[];
    Env?: string[];
    User?: string;
}

export interface ImageSpec {
    name: string;
    architecture: string;
    /** ISO time; part of the digest, so not the time of day. */
    created: string;
    config: RunConfig;
    /** From the lowest up. Not compressed: a host imports them from a local file. */
    layers: Blob[];
}

/** https://github.com/opencontainers/image-spec */
export const mediaTypes = {
    index: "application/vnd.oci.image.index.v1+json",
    manifest: "application/vnd.oci.image.manifest.v1+json",
    config: "application/vnd.oci.image.config.v1+json",
    layer: "application/vnd.oci.image.layer.v1.tar",
};

/** A layer with these members. Directories above them are added. */
export async function layerOf(entries: TarEntry[]): Promise<Blob> {
    const all = withParents(entries);
    return layer(() => tarContent(all));
}

/** A layer that is a tar file already. */
export async function layerFrom(tarFile: string): Promise<Blob> {
    return layer(() => createReadStream(tarFile));
}

/** The same spec gives the same digest. */
export function composeImage(spec: ImageSpec): Image {
    const config = jsonBlob(mediaTypes.config, {
        created: spec.created,
        architecture: spec.architecture,
        os: "linux",
        config: spec.config,
        rootfs: { type: "layers", diff_ids: spec.layers.map((layer) => layer.digest) },
        history: spec.layers.map(() => ({ created: spec.created, created_by: "kubeadm-ha toolchain" })),
    });
    const manifest = jsonBlob(mediaTypes.manifest, {
        schemaVersion: 2,
        mediaType: mediaTypes.manifest,
        config: descriptor(config),
        layers: spec.layers.map(descriptor),
    });
    return { name: spec.name, manifest, blobs: [config, ...spec.layers] };
}

/** Writes an OCI image layout as one tar file, blobs that images share once, for `ctr images import`. */
export async function writeImageArchive(file: string, images: Image[]): Promise<void> {
    const blobs = new Map(
        images.flatMap((image) => [...image.blobs, image.manifest]).map((blob) => [blob.digest, blob]),
    );
    const index = {
        schemaVersion: 2,
        mediaType: mediaTypes.index,
        manifests: images.map(({ name, manifest }) => ({
            ...descriptor(manifest),
            annotations: { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": name },
        })),
    };
    const entries: TarEntry[] = [
        textEntry("oci-layout", JSON.stringify({ imageLayoutVersion: "1.0.0" })),
        textEntry("index.json", JSON.stringify(index)),
        directoryEntry("blobs"),
        directoryEntry("blobs/sha256"),
        ...[...blobs.values()].map(blobEntry).sort((a, b) => (a.path < b.path ? -1 : 1)),
    ];
    await pipeline(tarContent(entries), createWriteStream(file));
}

export function jsonBlob(mediaType: string, value: unknown): Blob {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    return { mediaType, digest, size: bytes.length, content: () => [bytes] };
}

async function layer(content: Blob["content"]): Promise<Blob> {
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of content()) {
        hash.update(chunk);
        size += chunk.length;
    }
    return { mediaType: mediaTypes.layer, digest: `sha256:${hash.digest("hex")}`, size, content };
}

function descriptor({ mediaType, digest, size }: Blob) {
    return { mediaType, digest, size };
}

function blobEntry({ digest, size, content }: Blob): TarEntry {
    return { path: `blobs/${digest.replace(":", "/")}`, mode: 0o644, type: "file", size, content };
}

function withParents(entries: TarEntry[]): TarEntry[] {
    const byPath = new Map<string, TarEntry>();
    for (const { path } of entries) {
        const names = path.split("/");
        for (let depth = 1; depth < names.length; depth++) {
            const parent = names.slice(0, depth).join("/");
            byPath.set(parent, directoryEntry(parent));
        }
    }
    for (const entry of entries) {
        byPath.set(entry.path, entry);
    }
    return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
