import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot } from "./cache";
import { commandOnPath } from "./commandOnPath";
import { unpackPublished } from "./officialDownload";
import { type Piece, type Source, SourceRefused, type Workshop } from "./piece";

/** The Go that everything is built with; exact, so that everybody's builds are alike. */
export const goVersion = "1.26.8";

/** Since this minor version (of Go 1) the go command fetches, verifies and runs the version that GOTOOLCHAIN names. */
const fetchesToolchainsSince = 21;

/** How to call our Go. */
export interface GoCommand {
    command: string;
    env: Record<string, string>;
}

/**
 * The go command on PATH when it can turn itself into our version, else the Go of our own piece,
 * which `makeGoPiece` makes and returns the folder of.
 */
export async function goCommand(makeGoPiece: () => Promise<string>): Promise<GoCommand> {
    const onPath = commandOnPath("go");
    if (onPath && goMinorVersion(onPath) >= fetchesToolchainsSince) {
        return { command: onPath, env: goEnvironment(`go${goVersion}`) };
    }
    return { command: join(await makeGoPiece(), "bin", "go"), env: goEnvironment("local") };
}

/**
 * Where modules come from (GOPROXY, GOSUMDB) stays as the person has configured it; everything that decides what is
 * built, and where the caches are, is ours.
 */
function goEnvironment(toolchain: string): Record<string, string> {
    return {
        CGO_ENABLED: "0",
        GO111MODULE: "on",
        GOARCH: "",
        GOCACHE: join(cacheRoot(), "go-build"),
        GOFLAGS: "-buildvcs=false -modcacherw",
        GOMODCACHE: join(cacheRoot(), "go-mod"),
        GOOS: "",
        GOTOOLCHAIN: toolchain,
        GOWORK: "off",
    };
}

/** 26 for go1.26.8; 0 for anything that does not say so. */
function goMinorVersion(command: string): number {
    const { stdout } = spawnSync(command, ["version"], {
        encoding: "utf8",
        env: { ...process.env, GOTOOLCHAIN: "local" },
    });
    return Number(/go version go1\.(\d+)/.exec(stdout ?? "")?.[1] ?? 0);
}

/** Go for machines with none, or with one that is too old. Not in the list of pieces: it is made when a build asks for it. */
export const goPiece: Piece = {
    name: "go",
    version: goVersion,
    recipe: ["go.ts"],
    buildTools: ["bootstrap-go"],
    sources: [officialArchive(), moduleProxy()],
};

function officialArchive(): Source {
    return {
        title: "official download",
        async make(into, workshop) {
            const url = `https://dl.google.com/go/go${goVersion}.${platform()}.tar.gz`;
            await unpackPublished({ url, checksumsUrl: `${url}.sha256` }, into, 1, workshop);
        },
    };
}

/** Any old Go (Debian's) can fetch a new one: it is a module like others, checked against the checksum database. */
function moduleProxy(): Source {
    return {
        title: "module proxy, fetched with an older Go",
        async make(into, workshop) {
            const bootstrap = commandOnPath("go");
            if (!bootstrap) {
                throw new SourceRefused("there is no go command on this machine to fetch it with");
            }
            workshop.say("fetches the module golang.org/toolchain (about 70 MB)");
            const folder = await fetchedToolchain(bootstrap, workshop);
            cpSync(folder, into, { recursive: true });
            makeRunnable(into);
        },
    };
}

async function fetchedToolchain(bootstrap: string, workshop: Workshop): Promise<string> {
    const module = `golang.org/toolchain@v0.0.1-go${goVersion}.${platform()}`;
    const env = { ...goEnvironment("local"), GOCACHE: join(workshop.scratch, "go-build") };
    await workshop.run(bootstrap, ["mod", "download", module], { cwd: workshop.scratch, env });
    return join(cacheRoot(), "go-mod", module);
}

/** Modules carry no file modes. */
function makeRunnable(goRoot: string): void {
    for (const folder of ["bin", "pkg/tool"]) {
        const path = join(goRoot, folder);
        for (const entry of existsSync(path) ? readdirSync(path, { recursive: true, withFileTypes: true }) : []) {
            if (entry.isFile()) {
                chmodSync(join(entry.parentPath, entry.name), 0o755);
            }
        }
    }
}

/** As Go names it, for instance linux-amd64. */
function platform(): string {
    return `${process.platform}-${goArchitecture()}`;
}

/** This machine's architecture in Go's words, which published archives use too. */
export function goArchitecture(): string {
    return process.arch === "x64" ? "amd64" : process.arch;
}
