import { validityWarnings } from "./certificateValidity";
import { ConfigError } from "./configError";
import { check } from "./configMistakes";
import { masterWarnings } from "./countMistakes";
import { endpointWarnings } from "./endpointMistakes";
import { etcdWarnings } from "./etcdMistakes";
import { hostAndPortOf } from "./formats";
import { initWarnings } from "./initWarnings";
import { packageWarnings } from "./packageMistakes";
import type { ClusterConfig, CompleteClusterConfig, EtcdHostConfig, NodeConfig } from "./schema";

/** A configuration with its defaults filled in and the hosts chosen: what the components build. */
export interface ClusterPlan extends CompleteClusterConfig {
    /** host:port that every client of the API server uses. */
    endpoint: string;
    /** Whether the cluster was made by hand, and its PKI with it. */
    adopted: boolean;
    /** Masters that are listed and not in use (beyond `masterCount`). */
    unusedMasters: NodeConfig[];
    /** Hosts of an external etcd that this program keeps; none with another topology. */
    etcdHosts: EtcdHostConfig[];
    /** The hosts that were declared lost; they are in none of the lists. */
    lost: LostHostPlan[];
    /** What works and may not be meant: sentences for the person who runs the plan. */
    warnings: string[];
}

/** A host that will not come back. */
export interface LostHostPlan {
    name: string;
    role: "master" | "worker" | "etcd";
    /** As in the configuration. */
    host: string;
    nodeIp?: string;
}

/**
 * Validates a configuration and decides what follows from it: the endpoint, and which masters are in use.
 * @param input the stack's `cluster`
 * @param count how many of the masters are in use, from the head of the list; default all
 * @param name of the cluster, for the words of an error
 * @throws ConfigError with all mistakes at once
 */
export function planCluster(input: ClusterConfig, count?: number, name?: string): ClusterPlan {
    const checked = check(input, count);
    if ("mistakes" in checked) {
        throw new ConfigError(checked.mistakes, name);
    }
    const { config } = checked;
    const inUse = config.masters.slice(0, count);
    const masters = inUse.filter(({ lost }) => !lost);
    const members = config.etcd.topology === "external" ? config.etcd.hosts : [];
    return {
        ...config,
        masters,
        unusedMasters: count === undefined ? [] : config.masters.slice(count),
        adopted: masters.some(({ adopt }) => adopt),
        workers: config.workers.filter(({ lost }) => !lost),
        etcdHosts: members.filter(({ lost }) => !lost),
        lost: [...lostAmong(inUse, "master"), ...lostAmong(config.workers, "worker"), ...lostAmong(members, "etcd")],
        endpoint: endpointOf(config),
        warnings: [
            ...masterWarnings(masters.length, config.etcd),
            ...etcdWarnings(config),
            ...initWarnings(config, count),
            ...endpointWarnings(config),
            ...packageWarnings(config),
            ...validityWarnings(config),
        ],
    };
}

function lostAmong(hosts: (NodeConfig | EtcdHostConfig)[], role: LostHostPlan["role"]): LostHostPlan[] {
    return hosts.filter(({ lost }) => lost).map(({ name, host, nodeIp }) => ({ name, role, host, nodeIp }));
}

function endpointOf({ endpoint, loadBalancer }: CompleteClusterConfig): string {
    if (endpoint) {
        return endpoint;
    }
    const { host, port } = loadBalancer as NonNullable<typeof loadBalancer>;
    return hostAndPortOf(host, port);
}
