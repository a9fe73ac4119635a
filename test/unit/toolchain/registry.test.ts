import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mediaTypes } from "../../../toolchain/kubernetes/ociImage";
import { pullImage } from "../../../toolchain/kubernetes/registry";
import { SourceRefused, type Workshop } from "../../../toolchain/piece";
import { createWorkshop } from "../../../toolchain/workshop";

describe("pulling an image from a registry", () => {
    let scratch: string;
    let server: Server;
    let workshop: Workshop;
    /** What the registry answers, by path below /v2/pause/. */
    let answers: Map<string, Buffer>;
    let asked: string[];

    beforeEach(async () => {
        scratch = mkdtempSync(join(tmpdir(), "registry-"));
        answers = new Map();
        asked = [];
        server = createServer((request, response) => {
            const path = request.url?.replace("/v2/pause/", "") ?? "";
            asked.push(path);
            const answer = answers.get(path);
            response.writeHead(answer ? 200 : 404).end(answer);
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        workshop = createWorkshop({
            log: join(scratch, "log"),
            scratch,
            say: () => {},
            goCommand: () => assert.fail("no Go is needed to pull an image"),
            piece: () => assert.fail("no other piece is needed to pull an image"),
        });
    });

    afterEach(async () => {
        await new Promise((resolve) => server.close(resolve));
        rmSync(scratch, { recursive: true });
    });

    function publish(kind: "blobs" | "manifests", content: string) {
        const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
        answers.set(`${kind}/${digest}`, Buffer.from(content));
        return { digest, size: content.length };
    }

    /** An image for amd64 behind an index, as official ones are. */
    function publishImage(): { layer: string; manifest: string } {
        const config = { ...publish("blobs", '{"os":"linux"}'), mediaType: mediaTypes.config };
        const layer = { ...publish("blobs", "a compressed layer"), mediaType: `${mediaTypes.layer}+gzip` };
        const manifest = publish(
            "manifests",
            JSON.stringify({ mediaType: mediaTypes.manifest, config, layers: [layer] }),
        );
        const platform = { os: "linux", architecture: "amd64" };
        const manifests = [{ ...manifest, mediaType: mediaTypes.manifest, platform }];
        answers.set("manifests/3.10", Buffer.from(JSON.stringify({ mediaType: mediaTypes.index, manifests })));
        return { layer: layer.digest, manifest: manifest.digest };
    }

    function name(): string {
        return `127.0.0.1:${(server.address() as AddressInfo).port}/pause:3.10`;
    }

    async function text(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
        const chunks: Uint8Array[] = [];
        for await (const chunk of content) {
            chunks.push(chunk);
        }
        return Buffer.concat(chunks).toString();
    }

    it("gets the image of this architecture with its official digests", async () => {
        const published = publishImage();
        const image = await pullImage(name(), "amd64", workshop);
        assert.equal(image.manifest.digest, published.manifest);
        assert.equal(image.manifest.mediaType, mediaTypes.manifest);
        assert.deepEqual(
            image.blobs.map(({ mediaType }) => mediaType),
            [mediaTypes.config, `${mediaTypes.layer}+gzip`],
        );
        assert.equal(image.blobs[1].digest, published.layer);
        assert.equal(await text(image.blobs[1].content()), "a compressed layer");
    });

    it("does not fetch again what an interrupted try had fetched", async () => {
        const { layer } = publishImage();
        await pullImage(name(), "amd64", workshop);
        await pullImage(name(), "amd64", workshop);
        assert.equal(asked.filter((path) => path === `blobs/${layer}`).length, 1);
    });

    it("refuses a layer that is not what its digest says", async () => {
        const { layer } = publishImage();
        answers.set(`blobs/${layer}`, Buffer.from("something else"));
        await assert.rejects(pullImage(name(), "amd64", workshop), (error: Error) => {
            assert.ok(error instanceof SourceRefused);
            assert.match(error.message, /was thrown away: its sha256 is/);
            return true;
        });
    });

    it("refuses an image that is not published for this architecture", async () => {
        publishImage();
        await assert.rejects(pullImage(name(), "s390x", workshop), {
            name: "SourceRefused",
            message: /is not published for linux\/s390x/,
        });
    });

    it("refuses when the registry does not have the tag", async () => {
        await assert.rejects(pullImage(name(), "amd64", workshop), {
            name: "SourceRefused",
            message: /manifests\/3\.10 cannot be had: .*404/s,
        });
    });
});
