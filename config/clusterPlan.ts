import { ConfigError, type Mistake, mistakesOf } from "./configError";
import { hostMistakes } from "./hostMistakes";
import { networkMistakes } from "./networkMistakes";
import { ownedMistakes } from "./ownedMistakes";
import { type ClusterConfig, type CompleteClusterConfig, clusterConfig, masterCount } from "./schema";

/** A configuration with its defaults filled in and the hosts chosen: what the components build. */
export interface ClusterPlan extends CompleteClusterConfig {
    /** host:port that every client of the API server uses. */
    endpoint: string;
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
        ...hostMistakes(complete),
        ...networkMistakes(complete),
        ...endpointMistakes(complete),
        ...bundleMistakes(complete),
        ...ownedMistakes(complete),
    ];
    if (mistakes.length > 0) {
        throw new ConfigError(mistakes);
    }
    return { ...complete, masters: complete.masters.slice(0, count), endpoint: endpointOf(complete) };
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
