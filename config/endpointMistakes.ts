import { isIP } from "node:net";
import type { Mistake } from "./configError";
import { apiServerPort, hostAndPortOf, splitHostAndPort } from "./formats";
import { nodeAddress } from "./nodeAddress";
import { placedNodes } from "./placedNodes";
import type { CompleteClusterConfig } from "./schema";

/** An endpoint that leads nowhere, or past the load balancer, and a load balancer without a port of its own. */
export function endpointMistakes(config: CompleteClusterConfig): Mistake[] {
    if (!config.endpoint && !config.loadBalancer) {
        return [
            {
                path: "cluster.endpoint",
                words: "is missing: give it, or give cluster.loadBalancer a host that nginx is set up on",
                example: "api.example.com:6443",
                comparedWith: ["cluster.loadBalancer"],
            },
        ];
    }
    return [...takenPort(config), ...disagreement(config)];
}

/** Doubts about an endpoint that may be right, but is worth a second look. */
export function endpointWarnings(config: CompleteClusterConfig): string[] {
    if (!config.endpoint) {
        return [];
    }
    const { host } = splitHostAndPort(config.endpoint);
    const { loadBalancer } = config;
    if (loadBalancer && isIP(host) && isIP(loadBalancer.host) && host !== loadBalancer.host) {
        return [
            `cluster.endpoint: ${config.endpoint} is not the address of the load balancer, ${loadBalancer.host}; that is right only if the one leads to the other`,
        ];
    }
    const owner = nodeAt(config, host);
    return owner && config.masters.length > 1
        ? [
              `cluster.endpoint: ${config.endpoint} is ${owner.node.name} itself; without that host the cluster cannot be reached, however many masters are left`,
          ]
        : [];
}

function takenPort({ loadBalancer, masters }: CompleteClusterConfig): Mistake[] {
    if (loadBalancer?.port !== apiServerPort) {
        return [];
    }
    return masters
        .filter((master) => [master.host, nodeAddress(master)].includes(loadBalancer.host))
        .map((master) => ({
            path: "cluster.loadBalancer.port",
            words: `6443 on ${loadBalancer.host} is taken by the API server of master ${master.name}; give the load balancer another port or another host`,
            example: "8443",
        }));
}

function disagreement(config: CompleteClusterConfig): Mistake[] {
    const { endpoint, loadBalancer } = config;
    if (!endpoint) {
        return [];
    }
    const { host, port } = splitHostAndPort(endpoint);
    const path = "cluster.endpoint";
    if (loadBalancer && host === loadBalancer.host) {
        return port === loadBalancer.port
            ? []
            : [
                  {
                      path,
                      words: `"${endpoint}" is not the port of cluster.loadBalancer, which is ${loadBalancer.port}; leave the endpoint out, or make the ports one`,
                      example: hostAndPortOf(host, loadBalancer.port),
                      comparedWith: ["cluster.loadBalancer"],
                  },
              ];
    }
    const owner = nodeAt(config, host);
    if (!owner) {
        return [];
    }
    if (loadBalancer) {
        return [
            {
                path,
                words: `"${endpoint}" is ${owner.role} ${owner.node.name}, past cluster.loadBalancer at ${loadBalancer.host}; leave the endpoint out, or give a name or address that leads to the load balancer`,
                example: hostAndPortOf(loadBalancer.host, loadBalancer.port),
                comparedWith: ["cluster.loadBalancer"],
            },
        ];
    }
    if (owner.role === "worker") {
        const words = `"${endpoint}" is worker ${owner.node.name}, where no API server runs; give what leads to the masters`;
        return [{ path, words, example: "api.example.com:6443" }];
    }
    return port === apiServerPort
        ? []
        : [
              {
                  path,
                  words: `"${endpoint}" is master ${owner.node.name}, whose API server has the port ${apiServerPort}`,
                  example: hostAndPortOf(host, apiServerPort),
              },
          ];
}

function nodeAt(config: CompleteClusterConfig, host: string) {
    return placedNodes(config).find(({ node }) => [node.host, nodeAddress(node)].includes(host));
}
