import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What a client saw that wrote all the time. */
export interface WriterReport {
    /** Names of the ConfigMaps whose creation was answered by 201. */
    written: string[];
    /** One line for each request that failed, with its time. */
    failures: string[];
    /** Milliseconds of the slowest request. */
    slowest: number;
    /** When the connection of one of the watches ended, as in new Date().toISOString(); the client then opened it anew. */
    watchBreaks: string[];
    /** Whether every watch saw every object that was written. */
    watchesComplete: boolean;
}

/**
 * A client of the API server that writes a ConfigMap every 100 ms, in turns over a new connection and over one that it keeps,
 * and watches them over six others, while somebody changes the cluster.
 */
export class Writer {
    private constructor(private readonly process: ChildProcess) {}

    static async start(kubeconfig: string): Promise<Writer> {
        const script = join(__dirname, "writerProcess.ts");
        const child = spawn(process.execPath, ["--require", "tsx/cjs", script, kubeconfig], {
            stdio: ["pipe", "pipe", "inherit"],
        });
        await once(child.stdout, "data");
        return new Writer(child);
    }

    /** Ends the writing and tells what was seen. */
    async stop(): Promise<WriterReport> {
        let report = "";
        this.process.stdout?.on("data", (words) => {
            report += words;
        });
        this.process.stdin?.end();
        await once(this.process, "close");
        return JSON.parse(report) as WriterReport;
    }
}
