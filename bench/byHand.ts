import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { flannel } from "../components/flannel";
import type { Lab } from "../lab/lab";
import { type Span, spansOfScript } from "./stepLog";

/** A cluster made by the scripts of bench/by-hand, on a lab's hosts. */
export class ByHand {
    private readonly folder: string;

    constructor(
        private readonly lab: Lab,
        folder: string,
    ) {
        this.folder = join(folder, "by-hand");
        rmSync(this.folder, { recursive: true, force: true });
        mkdirSync(this.folder, { recursive: true });
        const objects = flannel({ podSubnet: "10.244.0.0/16", pluginOnHosts: true });
        writeFileSync(this.manifest, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    }

    get kubeconfig(): string {
        return join(this.folder, "kubeconfig");
    }

    /** Runs a script to its good end; which step ran on which host when. */
    async run(script: "create.sh" | "grow.sh"): Promise<Span[]> {
        const log = join(this.folder, `${script}.log`);
        const addresses = this.lab.hosts.map(({ name, address }) => [`ADDRESS_${name}`, address]);
        const child = spawn("bash", [join(__dirname, "by-hand", script)], {
            env: {
                ...process.env,
                ...Object.fromEntries(addresses),
                SSH_CONFIG: this.lab.sshConfig,
                FOLDER: this.folder,
                LOG: log,
                BUNDLE: "/media/kubeadm-ha/1.36.3",
                MANIFEST: this.manifest,
            },
            stdio: ["ignore", "ignore", "pipe"],
        });
        let said = "";
        child.stderr.setEncoding("utf8").on("data", (words) => (said += words));
        const status = await new Promise((resolve, reject) => {
            child.on("error", reject);
            child.on("exit", resolve); // its shared SSH connections live on
        });
        if (status !== 0) {
            throw new Error(`bench/by-hand/${script} ended with status ${status}:\n${said}`);
        }
        return spansOfScript(readFileSync(log, "utf8"));
    }

    private get manifest(): string {
        return join(this.folder, "flannel.json");
    }
}
