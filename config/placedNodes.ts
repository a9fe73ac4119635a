import type { CompleteClusterConfig, EtcdHostConfig, NodeConfig } from "./schema";

/** A node and its place in the configuration: "cluster.masters[0]". */
export interface PlacedNode {
    path: string;
    role: "master" | "worker";
    node: NodeConfig;
}

/** A host that is no load balancer, and its place in the configuration. */
export interface PlacedHost {
    path: string;
    node: NodeConfig | EtcdHostConfig;
}

/** All listed masters, workers and hosts of etcd. */
export function placedHosts(config: CompleteClusterConfig): PlacedHost[] {
    const members = config.etcd.topology === "external" ? config.etcd.hosts : [];
    return [...placedNodes(config), ...members.map((node, index) => ({ path: `cluster.etcd.hosts[${index}]`, node }))];
}

/** All listed masters, then all listed workers. */
export function placedNodes({ masters, workers }: CompleteClusterConfig): PlacedNode[] {
    return [
        ...masters.map((node, index) => ({ path: `cluster.masters[${index}]`, role: "master" as const, node })),
        ...workers.map((node, index) => ({ path: `cluster.workers[${index}]`, role: "worker" as const, node })),
    ];
}
