import type { ClusterPlan } from "../config/clusterPlan";
import type { UpgradeConfig } from "../config/schema";
import { byName } from "./byName";

/** How many workers are changed at a time, of so many. */
export function lanesOf({ maxUnavailable }: UpgradeConfig, workers: number): number {
    return Math.min(maxUnavailable ?? Math.ceil(workers / 10), workers);
}

/** In which order another version of Kubernetes goes through the cluster: for a person who reads a plan. */
export function upgradeOrder({ masters, workers, etcd, adopted, upgrade }: ClusterPlan): string {
    const names = byName(masters.map((config) => ({ config }))).map(({ config }) => config.name);
    const turns = [
        "programs and images on every host, beside what runs",
        `the masters one after another (${names.join(", ")})${etcd.topology === "stacked" ? ", etcd with each" : ""}`,
        adopted ? "" : "CoreDNS and kube-proxy",
        workers.length > 0
            ? `the workers in the order of their names, ${lanesOf(upgrade, workers.length)} of ${workers.length} at a time`
            : "",
    ];
    return `${turns.filter(Boolean).join("; ")}. New nodes join when the masters are done.`;
}
