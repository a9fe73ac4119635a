import type { CompleteClusterConfig, NodeConfig } from "./schema";

/** A node and its place in the configuration: "cluster.masters[0]". */
export interface PlacedNode {
    path: string;
    role: "master" | "worker";
    node: NodeConfig;
}

/** All listed masters, then all listed workers. */
export function placedNodes({ masters, workers }: CompleteClusterConfig): PlacedNode[] {
    return [
        ...masters.map((node, index) => ({ path: `cluster.masters[${index}]`, role: "master" as const, node })),
        ...workers.map((node, index) => ({ path: `cluster.workers[${index}]`, role: "worker" as const, node })),
    ];
}
