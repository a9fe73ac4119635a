import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ownName = /^kubeadm-ha-run-(\d+)-/;

/**
 * Does something with a folder for temporary files that is gone afterwards. One that a killed process has left goes, too:
 * the Kubernetes plugin leaves the administrator's kubeconfig there.
 * @param parent Default: where the system has its temporary files.
 */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>, parent = tmpdir()): Promise<T> {
    for (const name of readdirSync(parent)) {
        const [, pid] = ownName.exec(name) ?? [];
        if (pid && !isAlive(Number(pid))) {
            rmSync(join(parent, name), { recursive: true, force: true });
        }
    }
    const folder = mkdtempSync(join(parent, `kubeadm-ha-run-${process.pid}-`));
    try {
        return await use(folder);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

function isAlive(pid: number): boolean {
    try {
        return process.kill(pid, 0);
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
}
