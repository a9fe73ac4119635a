import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What came of the writes to one API server. */
export interface LoadReport {
    answered: number;
    /** What it said to each of the others. */
    failures: string[];
}

/**
 * Clients that write to each of these API servers without pause, past the load balancer, while somebody does something.
 * @param servers URLs
 */
export async function underLoad(
    kubeconfig: string,
    servers: string[],
    change: () => Promise<void>,
): Promise<LoadReport[]> {
    const script = join(__dirname, "loadProcess.ts");
    const child = spawn(process.execPath, ["--require", "tsx/cjs", script, kubeconfig, ...servers], {
        stdio: ["pipe", "pipe", "inherit"],
    });
    let report = "";
    child.stdout.setEncoding("utf8").on("data", (words) => {
        report += words;
    });
    try {
        await change();
    } finally {
        child.stdin.end();
        await once(child, "close");
    }
    return JSON.parse(report) as LoadReport[];
}
