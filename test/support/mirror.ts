import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What a company has inside its network: see mirrorServer.ts. */
export class Mirror {
    private constructor(
        /** Without a slash at the end. */
        readonly url: string,
        private readonly server: ChildProcess,
    ) {}

    /**
     * @param address where it listens
     * @param files the folder that is served below /files/
     * @param archives OCI layout tar files whose images it has
     * @param work a folder for its own use
     */
    static async start(address: string, files: string, archives: string[], work: string): Promise<Mirror> {
        const script = join(__dirname, "mirrorServer.ts");
        const args = ["--require", "tsx/cjs", script, address, files, work, ...archives];
        const server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
        const [url] = await once(server.stdout, "data");
        return new Mirror(String(url).trim(), server);
    }

    stop(): void {
        this.server.kill();
    }
}
