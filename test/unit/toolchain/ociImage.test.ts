import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
    composeImage,
    type Image,
    layerFrom,
    layerOf,
    mediaTypes,
    writeImageArchive,
} from "../../../toolchain/kubernetes/ociImage";
import { directoryEntry, fileEntry, textEntry } from "../../../toolchain/kubernetes/tar";

describe("an image archive", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "oci-image-"));
        writeFileSync(join(folder, "program"), "#!/bin/true\n");
    });

    afterEach(() => rmSync(folder, { recursive: true }));

    async function image(name: string, program = "program"): Promise<Image> {
        const file = join(folder, program);
        return composeImage({
            name,
            architecture: "amd64",
            created: "2026-01-01T00:00:00Z",
            config: { Entrypoint: ["/usr/bin/program"], User: "65535:65535" },
            layers: [
                await layerOf([textEntry("etc/passwd", "root:x:0:0::/:\n"), directoryEntry("tmp", 0o1777)]),
                await layerOf([fileEntry("usr/bin/program", file, 0o755)]),
            ],
        });
    }

    /** Writes the archive and unpacks it with the system's tar, which knows nothing of how it was made. */
    async function unpacked(...images: Image[]): Promise<string> {
        await writeImageArchive(join(folder, "archive.tar"), images);
        execFileSync("mkdir", [join(folder, "layout")]);
        execFileSync("tar", ["-xf", join(folder, "archive.tar"), "-C", join(folder, "layout")]);
        return join(folder, "layout");
    }

    function blob(layout: string, digest: string): Buffer {
        return readFileSync(join(layout, "blobs", digest.replace(":", "/")));
    }

    function json(layout: string, digest: string) {
        return JSON.parse(blob(layout, digest).toString());
    }

    it("is the same, byte for byte, when made again from the same files", async () => {
        await writeImageArchive(join(folder, "first.tar"), [await image("registry.test/a:1")]);
        await writeImageArchive(join(folder, "second.tar"), [await image("registry.test/a:1")]);
        assert.deepEqual(readFileSync(join(folder, "first.tar")), readFileSync(join(folder, "second.tar")));
    });

    it("gives an image another digest when a program differs", async () => {
        writeFileSync(join(folder, "other"), "#!/bin/false\n");
        const [one, other] = [await image("registry.test/a:1"), await image("registry.test/a:1", "other")];
        assert.notEqual(one.manifest.digest, other.manifest.digest);
    });

    it("holds every blob under the digest of its content", async () => {
        const layout = await unpacked(await image("registry.test/a:1"), await image("registry.test/b:1"));
        const names = readdirSync(join(layout, "blobs/sha256"));
        assert.equal(names.length, 4, "two layers, a configuration and a manifest, shared by both names");
        for (const name of names) {
            assert.equal(
                createHash("sha256")
                    .update(blob(layout, `sha256:${name}`))
                    .digest("hex"),
                name,
            );
        }
    });

    it("leads from the index over the manifest to the layers, with true sizes", async () => {
        const layout = await unpacked(await image("registry.test/a:1"));
        assert.deepEqual(JSON.parse(readFileSync(join(layout, "oci-layout"), "utf8")), { imageLayoutVersion: "1.0.0" });
        const index = JSON.parse(readFileSync(join(layout, "index.json"), "utf8"));
        assert.equal(index.mediaType, mediaTypes.index);
        const [{ digest, size, mediaType }] = index.manifests;
        assert.equal(mediaType, mediaTypes.manifest);
        assert.equal(blob(layout, digest).length, size);

        const manifest = json(layout, digest);
        const config = json(layout, manifest.config.digest);
        const layers: { digest: string; size: number; mediaType: string }[] = manifest.layers;
        assert.deepEqual(
            config.rootfs.diff_ids,
            layers.map((layer) => layer.digest),
            "uncompressed: both digests are one",
        );
        assert.equal(config.config.User, "65535:65535");
        for (const layer of layers) {
            assert.equal(layer.mediaType, "application/vnd.oci.image.layer.v1.tar");
            assert.equal(blob(layout, layer.digest).length, layer.size);
        }
    });

    it("tells containerd each image's full name", async () => {
        const layout = await unpacked(await image("registry.test/a:1"), await image("registry.test/b/b:2"));
        const { manifests } = JSON.parse(readFileSync(join(layout, "index.json"), "utf8"));
        const names = manifests.map(
            (entry: { annotations: Record<string, string> }) => entry.annotations["io.containerd.image.name"],
        );
        assert.deepEqual(names, ["registry.test/a:1", "registry.test/b/b:2"]);
    });

    it("has layers with the directories above each file, owned by root", async () => {
        const layout = await unpacked(await image("registry.test/a:1"));
        const { manifests } = JSON.parse(readFileSync(join(layout, "index.json"), "utf8"));
        const { layers } = json(layout, manifests[0].digest);
        const members = layers.flatMap((layer: { digest: string }) => {
            const listing = execFileSync("tar", ["-tv", "--numeric-owner"], {
                input: blob(layout, layer.digest),
                encoding: "utf8",
            });
            return listing
                .trimEnd()
                .split("\n")
                .map((line) => line.split(/\s+/))
                .map(([mode, owner, , , , path]) => `${mode} ${owner} ${path}`);
        });
        assert.deepEqual(members, [
            "drwxr-xr-x 0/0 etc",
            "-rw-r--r-- 0/0 etc/passwd",
            "drwxrwxrwt 0/0 tmp",
            "drwxr-xr-x 0/0 usr",
            "drwxr-xr-x 0/0 usr/bin",
            "-rwxr-xr-x 0/0 usr/bin/program",
        ]);
    });

    it("takes a tar file as a layer as it is", async () => {
        execFileSync("tar", ["-cf", join(folder, "base.tar"), "-C", folder, "program"]);
        const content = readFileSync(join(folder, "base.tar"));
        const { digest, size } = await layerFrom(join(folder, "base.tar"));
        assert.equal(size, content.length);
        assert.equal(digest, `sha256:${createHash("sha256").update(content).digest("hex")}`);
    });

    it("fails when a file shrank after its image was put together", async () => {
        const made = await image("registry.test/a:1");
        writeFileSync(join(folder, "program"), "short");
        await assert.rejects(writeImageArchive(join(folder, "archive.tar"), [made]), /size mismatch/i);
    });
});
