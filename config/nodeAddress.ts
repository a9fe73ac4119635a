import { isIP } from "node:net";

/** The address at which a node is reached by the rest of the cluster, where the configuration tells it. */
export function nodeAddress(host: { host: string; nodeIp?: string }): string | undefined {
    return host.nodeIp ?? (isIP(host.host) ? host.host : undefined);
}
