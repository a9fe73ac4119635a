import type { BuildTool } from "./buildTools";
import type { Checksum } from "./checksum";

/** One thing the project needs on the machine it runs on: a program, a plugin, a bundle. */
export interface Piece {
    /** For instance "pulumi", "pulumi-resource-tls", "bundle". */
    name: string;
    /** Exact, without a leading v. */
    version: string;
    /** Files and folders, relative to toolchain/, whose content decides how the piece is made. Hashed into the cache key. */
    recipe: string[];
    /** What the last source needs; see buildTools.ts. Looked for (and installed) only when it comes to the last source. */
    buildTools: BuildTool[];
    /** Names of pieces that must be there before this one can be made. Their folders are handed over by `Workshop.piece`. */
    dependsOn?: string[];
    /** Tried in order; the first that does not refuse wins. */
    sources: Source[];
    /**
     * Makes the finished piece findable for others, for instance a plugin for the engine.
     * Called on every run, warm ones too: it must be quick, repeatable and open no connection.
     */
    place?(folder: string): void;
}

/** One way to come by a piece. */
export interface Source {
    /** "on this machine", "official download", "build from Go modules" … */
    title: string;
    /** Fills the empty folder `into`. Throws SourceRefused with the reason when the piece cannot be had this way here. */
    make(into: string, workshop: Workshop): Promise<void>;
}

export interface RunOptions {
    cwd?: string;
    /** Added to this process's environment. */
    env?: Record<string, string>;
}

/** What a source may use while it makes a piece. */
export interface Workshop {
    /** Runs a command; its output goes into the piece's log file. A failure is an error that shows the log's last lines. */
    run(command: string, args: string[], options?: RunOptions): Promise<void>;
    /**
     * Fetches a file, going on where an interrupted try stopped, and checks it. With nothing expected it is not checked:
     * only for checksum files themselves. Unreachable, missing or wrong: SourceRefused with the reason.
     */
    download(url: string, to: string, expected: Checksum): Promise<void>;
    /** Our Go with our caches: CGO_ENABLED=0, GOFLAGS=-buildvcs=false -modcacherw, GOTOOLCHAIN set; `env` wins over these. */
    go(args: string[], options: RunOptions & { cwd: string }): Promise<void>;
    /** Like `go`, and returns what it printed, trimmed. */
    goOutput(args: string[], options: RunOptions & { cwd: string }): Promise<string>;
    /** A progress line for the person. */
    say(words: string): void;
    /** A folder kept between interrupted tries, removed when the piece is finished. */
    scratch: string;
    /** Folder of a piece named in `dependsOn`. */
    piece(name: string): string;
}

/** Thrown by a source that cannot give the piece on this machine; its message is the reason told to the person. */
export class SourceRefused extends Error {
    override name = "SourceRefused";
}
