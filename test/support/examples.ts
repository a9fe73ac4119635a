import type { ClusterConfig } from "../../config/schema";

export const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE";

/** The smallest highly available cluster: a load balancer, three masters and a worker. */
export function smallCluster(changes: Partial<ClusterConfig> = {}): ClusterConfig {
    return {
        kubernetesVersion: "1.36.3",
        loadBalancer: { host: "192.0.2.10", hostKey },
        masters: [
            { name: "m1", host: "192.0.2.11", hostKey },
            { name: "m2", host: "192.0.2.12", hostKey },
            { name: "m3", host: "192.0.2.13", hostKey },
        ],
        workers: [{ name: "w1", host: "192.0.2.21", hostKey }],
        ...changes,
    };
}
