import type { ClusterConfig } from "../../config/schema";
import { TestStack } from "./stack";
import { StandInHosts } from "./standInHosts";

/** A stack whose hosts are stand-ins: to see what the engine plans between two configurations. */
export class StandInCluster {
    private constructor(
        readonly hosts: StandInHosts,
        readonly stack: TestStack,
    ) {}

    static async start(name: string): Promise<StandInCluster> {
        return new StandInCluster(await StandInHosts.start(), new TestStack(name));
    }

    /** A configuration with masters m1… and workers w1…, on loopback. */
    config(changes: Partial<ClusterConfig> = {}, masters = ["m1", "m2", "m3"], workers = ["w1"]): ClusterConfig {
        const { hostKey, port } = this.hosts;
        const host = (name: string, address: string) => ({ name, host: address, hostKey });
        return {
            kubernetesVersion: "1.36.3",
            ssh: { port, privateKeyFile: this.hosts.privateKeyFile() },
            loadBalancer: host("lb", "127.0.0.10"),
            masters: masters.map((name) => host(name, `127.0.0.1${name.slice(1)}`)),
            workers: workers.map((name) => host(name, `127.0.0.2${name.slice(1)}`)),
            network: { cni: "none" },
            ...changes,
        };
    }

    configure(config: ClusterConfig, masterCount?: number): void {
        this.stack.configure({ cluster: config, masterCount });
    }

    remove(): void {
        this.stack.remove();
        this.hosts.stop();
    }
}
