import { ConfigError, type Mistake, mistakesOf } from "./configError";
import { hostMistakes } from "./hostMistakes";
import { networkMistakes } from "./networkMistakes";
import { ownedMistakes } from "./ownedMistakes";
import { type ClusterConfig, type CompleteClusterConfig, clusterConfig, masterCount } from "./schema";

/** A configuration with its defaults filled in and the hosts chosen: what the components build. */
export interface ClusterPlan extends CompleteClusterConfig {
    /** host:port that every client of the API server uses. */
    endpoint: string;
    /** The hosts that were declared lost; they are in neither list. */
    lost: LostHostPlan[];
}

/** A host that will not come back. */
export interface LostHostPlan {
    name: string;
    role: "master" | "worker";
}

/**
 * Validates a configuration and decides what follows from it: the endpoint, and which masters are in use.
 * @param config the stack's `cluster`
 * @param count how many of the masters are in use, from the head of the list; default all
 * @throws ConfigError with all mistakes at once
 */
export function planCluster(config: ClusterConfig, count?: number): ClusterPlan {
    const parsed = clusterConfig.safeParse(config, { reportInput: true });
    if (!parsed.success) {
        throw new ConfigError([...mistakesOf(parsed.error, "cluster", config), ...countMistakes(count)]);
    }
    const complete = parsed.data;
    const mistakes = [
        ...countMistakes(count, complete.masters.length),
        ...lostMistakes(complete, count),
        ...hostMistakes(complete),
        ...networkMistakes(complete),
        ...endpointMistakes(complete),
        ...bundleMistakes(complete),
        ...ownedMistakes(complete),
    ];
    if (mistakes.length > 0) {
        throw new ConfigError(mistakes);
    }
    const inUse = complete.masters.slice(0, count);
    return {
        ...complete,
        masters: inUse.filter(({ lost }) => !lost),
        workers: complete.workers.filter(({ lost }) => !lost),
        lost: [...lostAmong(inUse, "master"), ...lostAmong(complete.workers, "worker")],
        endpoint: endpointOf(complete),
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
    return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function countMistakes(count: number | undefined, listed?: number): Mistake[] {
    if (count === undefined) {
        return [];
    }
    if (!masterCount.safeParse(count).success) {
        return [
            {
                path: "masterCount",
                words: `${count} is not a whole number of 1 or more; 3 survives the loss of one master`,
            },
        ];
    }
    return listed !== undefined && count > listed
        ? [{ path: "masterCount", words: `${count} is more than the ${listed} hosts listed in cluster.masters` }]
        : [];
}

function endpointMistakes({ endpoint, loadBalancer }: CompleteClusterConfig): Mistake[] {
    return endpoint || loadBalancer
        ? []
        : [
              {
                  path: "cluster.endpoint",
                  words: "is missing: give it, or give cluster.loadBalancer a host that nginx is set up on",
              },
          ];
}

function lostMistakes({ masters }: CompleteClusterConfig, count?: number): Mistake[] {
    const inUse = masters.slice(0, count);
    return inUse.length > 0 && inUse.every(({ lost }) => lost)
        ? [{ path: "cluster.masters", words: "are all declared lost; one has to survive, which evicts the others" }]
        : [];
}

function bundleMistakes({ packages }: CompleteClusterConfig): Mistake[] {
    return packages.source === "bundle" && packages.url.startsWith("http:") && !packages.sha256
        ? [
              {
                  path: "cluster.packages.sha256",
                  words: "is missing: over http:// only the digest of SHA256SUMS tells a changed bundle",
              },
          ]
        : [];
}
