import { ConfigError } from "./configError";
import { check } from "./configMistakes";
import { masterWarnings } from "./countMistakes";
import { endpointWarnings } from "./endpointMistakes";
import { hostAndPortOf } from "./formats";
import { packageWarnings } from "./packageMistakes";
import type { ClusterConfig, CompleteClusterConfig } from "./schema";

/** A configuration with its defaults filled in and the hosts chosen: what the components build. */
export interface ClusterPlan extends CompleteClusterConfig {
    /** host:port that every client of the API server uses. */
    endpoint: string;
    /** The hosts that were declared lost; they are in neither list. */
    lost: LostHostPlan[];
    /** What works and may not be meant: sentences for the person who runs the plan. */
    warnings: string[];
}

/** A host that will not come back. */
export interface LostHostPlan {
    name: string;
    role: "master" | "worker";
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
    return {
        ...config,
        masters,
        workers: config.workers.filter(({ lost }) => !lost),
        lost: [...lostAmong(inUse, "master"), ...lostAmong(config.workers, "worker")],
        endpoint: endpointOf(config),
        warnings: [...masterWarnings(masters.length), ...endpointWarnings(config), ...packageWarnings(config)],
    };
}

function lostAmong(hosts: { name: string; lost: boolean }[], role: LostHostPlan["role"]): LostHostPlan[] {
    return hosts.filter(({ lost }) => lost).map(({ name }) => ({ name, role }));
}

function endpointOf({ endpoint, loadBalancer }: CompleteClusterConfig): string {
    if (endpoint) {
        return endpoint;
    }
    const { host, port } = loadBalancer as NonNullable<typeof loadBalancer>;
    return hostAndPortOf(host, port);
}
