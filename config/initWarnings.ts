import type { CompleteClusterConfig } from "./schema";

/** A host that is chosen to initialize the cluster, or its etcd, and is not in use. It may have been, when that was done. */
export function initWarnings({ initMaster, masters, etcd }: CompleteClusterConfig, count?: number): string[] {
    const inUse = (hosts: { name: string; lost: boolean }[]) =>
        hosts.filter(({ lost }) => !lost).map(({ name }) => name);
    return [
        ...notAmong("cluster.initMaster", initMaster, inUse(masters.slice(0, count))),
        ...(etcd.topology === "external" ? notAmong("cluster.etcd.initHost", etcd.initHost, inUse(etcd.hosts)) : []),
    ];
}

function notAmong(path: string, chosen: string | undefined, names: string[]): string[] {
    return chosen === undefined || names.includes(chosen)
        ? []
        : [`${path}: "${chosen}" is not in use (${names.join(", ")} are). Remove the setting if the cluster exists`];
}
