import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { checksumFromList } from "../../../toolchain/checksum";
import { download } from "../../../toolchain/download";
import { fetchPublished } from "../../../toolchain/officialDownload";
import { SourceRefused, type Workshop } from "../../../toolchain/piece";
import { temporaryCache } from "./temporaryCache";

const published = "0123456789".repeat(1000);
const sha256 = createHash("sha256").update(published).digest("hex");
const sha512 = createHash("sha512").update(published).digest("hex");

describe("a download", () => {
    const { folder } = temporaryCache();
    const target = () => join(folder(), "piece.tar");
    let server: Server;
    let url: string;
    let requests: string[];

    /** Serves /piece.tar, in parts too, and a list of checksums at /sums. */
    function answer(request: IncomingMessage, response: ServerResponse): void {
        const { range } = request.headers;
        requests.push(`${request.url} ${range ?? "whole"}`);
        if (request.url === "/sums") {
            response.end(`${"0".repeat(64)}  ./other.tar\n${sha256}  ./piece.tar\n`);
        } else if (request.url !== "/piece.tar") {
            response.writeHead(404).end();
        } else if (range) {
            const from = Number(/bytes=(\d+)-/.exec(range)?.[1]);
            const header = { "content-range": `bytes ${from}-${published.length - 1}/${published.length}` };
            response.writeHead(206, header).end(published.slice(from));
        } else {
            response.end(published);
        }
    }

    beforeEach(async () => {
        requests = [];
        server = createServer(answer);
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterEach((done) => void server.close(done));

    const workshop = () => ({ scratch: folder(), download }) as unknown as Workshop;

    it("is kept when it is what was published", async () => {
        await download(`${url}/piece.tar`, target(), { sha256, sha512 });
        assert.equal(readFileSync(target(), "utf8"), published);
    });

    it("is thrown away when its checksum is another, with both in the reason", async () => {
        const wrong = "f".repeat(64);
        await assert.rejects(download(`${url}/piece.tar`, target(), { sha256: wrong }), (error: Error) => {
            assert.ok(error instanceof SourceRefused);
            assert.match(error.message, new RegExp(`thrown away: its sha256 is ${sha256}, but ${wrong} was published`));
            return true;
        });
        assert.equal(existsSync(target()), false);
        assert.equal(existsSync(`${target()}.part`), false);
    });

    it("goes on where an interrupted one stopped", async () => {
        writeFileSync(`${target()}.part`, published.slice(0, 4000));
        await download(`${url}/piece.tar`, target(), { sha256 });
        assert.equal(readFileSync(target(), "utf8"), published);
        assert.deepEqual(requests, ["/piece.tar bytes=4000-"]);
    });

    it("is not made again when the file is there and right", async () => {
        writeFileSync(target(), published);
        await download(`${url}/piece.tar`, target(), { sha256 });
        assert.deepEqual(requests, []);
    });

    it("refuses at once, with the address and curl's words, what is missing or cannot be reached", async () => {
        await assert.rejects(download(`${url}/gone`, target(), { sha256 }), /gone cannot be had: .*404/);
        const nobodyThere = "http://127.0.0.1:1/piece.tar";
        await assert.rejects(download(nobodyThere, target(), { sha256 }), (error: Error) => {
            assert.ok(error instanceof SourceRefused);
            assert.match(error.message, /127\.0\.0\.1:1\/piece\.tar cannot be had: .*[Cc]onnect/);
            return true;
        });
    });

    it("is checked against the published list", async () => {
        const file = { url: `${url}/piece.tar`, checksumsUrl: `${url}/sums` };
        assert.equal(readFileSync(await fetchPublished(file, workshop()), "utf8"), published);
    });

    it("is refused when the published list does not name it", async () => {
        const file = { url: `${url}/unlisted.tar`, checksumsUrl: `${url}/sums` };
        await assert.rejects(fetchPublished(file, workshop()), /sums does not list unlisted\.tar/);
        assert.deepEqual(requests, ["/sums whole"]);
    });
});

describe("a published list of checksums", () => {
    it("is read in every form in use", () => {
        assert.deepEqual(checksumFromList(`${sha256}  a.tar\n`, "a.tar"), { sha256 });
        assert.deepEqual(checksumFromList(`${sha512} *a.tar\n`, "a.tar"), { sha512 });
        assert.deepEqual(checksumFromList(`${"A".repeat(40)}  ./a.tar\n`, "a.tar"), { sha1: "a".repeat(40) });
        assert.deepEqual(checksumFromList(`${sha256}\n`, "a.tar"), { sha256 });
        assert.equal(checksumFromList(`${sha256}  b-a.tar\n`, "a.tar"), undefined);
    });
});
