import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join, normalize } from "node:path";

interface OciIndex {
    manifests: { mediaType: string; digest: string; annotations: Record<string, string> }[];
}

/**
 * A process of its own (the tests wait for `pulumi` without answering anybody): ADDRESS FILES WORK ARCHIVE…
 * Prints its URL when it serves.
 *
 * What a company has inside its network: files over http (below /files/), and a registry (read-only, OCI distribution
 * specification) that answers for every image of some OCI layout archives, whatever registry they are of.
 */
class MirrorServer {
    private readonly server: Server;
    private readonly layouts: string[];

    /**
     * @param files the folder that is served
     * @param archives OCI layout tar files, unpacked below `work`
     */
    constructor(
        private readonly files: string,
        archives: string[],
        work: string,
    ) {
        this.layouts = archives.map((archive, index) => {
            const folder = join(work, `images-${index}`);
            mkdirSync(folder, { recursive: true });
            execFileSync("tar", ["-xf", archive, "-C", folder]);
            return folder;
        });
        this.server = createServer((request, response) => this.answer(request, response));
    }

    /** Begins to serve. Returns the URL without a slash at the end. */
    async start(address: string): Promise<string> {
        await new Promise<void>((resolve) => this.server.listen(0, address, resolve));
        const { port } = this.server.address() as { port: number };
        return `http://${address}:${port}`;
    }

    private answer(request: IncomingMessage, response: ServerResponse): void {
        const url = new URL(request.url ?? "/", "http://mirror");
        const manifest = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(url.pathname);
        const blob = /^\/v2\/.+\/blobs\/(sha256:[0-9a-f]{64})$/.exec(url.pathname);
        if (url.pathname === "/v2/") {
            response.end();
        } else if (manifest) {
            this.sendManifest(
                `${url.searchParams.get("ns")}/${manifest[1]}:${manifest[2]}`,
                manifest[2],
                request,
                response,
            );
        } else if (blob) {
            this.sendBlob(blob[1], "application/octet-stream", request, response);
        } else {
            const path = decodeURIComponent(url.pathname).replace(/^\/files\//, "");
            send(join(this.files, normalize(path)), {}, request, response);
        }
    }

    private sendManifest(name: string, reference: string, request: IncomingMessage, response: ServerResponse): void {
        const manifests = this.layouts.flatMap(
            (layout) => (JSON.parse(readFileSync(join(layout, "index.json"), "utf8")) as OciIndex).manifests,
        );
        const found = manifests.find(
            ({ digest, annotations }) => digest === reference || Object.values(annotations).includes(name),
        );
        if (found) {
            this.sendBlob(found.digest, found.mediaType, request, response);
        } else {
            response.writeHead(404).end();
        }
    }

    private sendBlob(digest: string, type: string, request: IncomingMessage, response: ServerResponse): void {
        const places = this.layouts.map((layout) => join(layout, "blobs", ...digest.split(":")));
        const headers = { "content-type": type, "docker-content-digest": digest };
        send(places.find(existsSync) ?? "", headers, request, response);
    }
}

function send(file: string, headers: Record<string, string>, request: IncomingMessage, response: ServerResponse): void {
    if (!existsSync(file) || !statSync(file).isFile()) {
        response.writeHead(404).end();
        return;
    }
    response.writeHead(200, { ...headers, "content-length": statSync(file).size });
    if (request.method === "HEAD") {
        response.end();
    } else {
        createReadStream(file).pipe(response);
    }
}

const [address, files, work, ...archives] = process.argv.slice(2);
new MirrorServer(files, archives, work).start(address).then((url) => console.log(url));
