import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Reads command line and environment of every process of this machine, those on the lab's hosts among them, again and again.
 * A process of its own, because the tests wait for `pulumi`.
 */
export class ProcessWatch {
    private constructor(
        private readonly process: ChildProcess,
        private readonly file: string,
    ) {}

    /** @param folder where what is seen is kept */
    static async start(folder: string): Promise<ProcessWatch> {
        const file = join(folder, "processes");
        const script = join(__dirname, "processWatchProcess.ts");
        const child = spawn(process.execPath, ["--require", "tsx/cjs", script, file], {
            stdio: ["pipe", "pipe", "inherit"],
        });
        await once(child.stdout, "data");
        return new ProcessWatch(child, file);
    }

    /** Ends the watch. Every command line and environment that was seen, each once, a line each. */
    async stop(): Promise<string> {
        this.process.stdin?.end();
        await once(this.process, "close");
        return existsSync(this.file) ? readFileSync(this.file, "utf8") : "";
    }
}
