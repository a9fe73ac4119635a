import { isIP, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import type { Mistake } from "./configError";
import { nodeAddress } from "./nodeAddress";
import { placedHosts } from "./placedNodes";
import type { CompleteClusterConfig } from "./schema";

/** Names and addresses that two hosts share, and addresses that a node cannot have. */
export function hostMistakes(config: CompleteClusterConfig): Mistake[] {
    return [...inBothLists(config), ...sharedNames(config), ...sharedAddresses(config), ...impossibleAddresses(config)];
}

function inBothLists({ masters, workers }: CompleteClusterConfig): Mistake[] {
    return workers.flatMap((worker, index) => {
        const twin = masters.findIndex(({ name, host }) => name === worker.name && host === worker.host);
        return twin === -1
            ? []
            : [
                  {
                      path: `cluster.workers[${index}]`,
                      words: `${worker.name} is cluster.masters[${twin}] too; a host is one or the other, and a master without taints (taints: []) takes pods as a worker does`,
                  },
              ];
    });
}

/** A setting of a host and the value by which hosts must differ. */
interface Distinction {
    path: string;
    shown: string;
    value: string;
}

function sharedNames(config: CompleteClusterConfig): Mistake[] {
    const names = [
        ...onlyInOneList(config).map(({ path, node }) => ({ path: `${path}.name`, name: node.name })),
        ...(config.loadBalancer ? [{ path: "cluster.loadBalancer.name", name: config.loadBalancer.name }] : []),
    ];
    return shared(
        names.map(({ path, name }) => ({ path, shown: name, value: name })),
        "each host needs a name of its own",
    );
}

/** Two entries that lead to the same sshd are the same host; two nodes with one address cannot reach each other. */
function sharedAddresses(config: CompleteClusterConfig): Mistake[] {
    const nodes = onlyInOneList(config);
    const byLogin = shared(
        nodes.map(({ path, node }) => {
            const port = node.ssh?.port ?? config.ssh.port;
            return { path: `${path}.host`, shown: node.host, value: `${canonical(node.host)} ${port}` };
        }),
        "each host needs an address of its own",
    );
    const byAddress = shared(
        nodes.flatMap(({ path, node }) => {
            const address = nodeAddress(node);
            const shown = node.nodeIp ?? `${address} (its host, because nodeIp is not given)`;
            return address ? [{ path: `${path}.nodeIp`, shown, value: canonical(address) }] : [];
        }),
        "each node needs an address of its own, at which the others reach it",
        "192.0.2.11",
    );
    const told = new Set(byLogin.map(({ path }) => path));
    return [...byLogin, ...byAddress.filter(({ path }) => !told.has(path.replace(/nodeIp$/, "host")))];
}

/** Without the entries of `workers` that `inBothLists` tells about. */
function onlyInOneList(config: CompleteClusterConfig) {
    const told = new Set(inBothLists(config).map(({ path }) => path));
    return placedHosts(config).filter(({ path }) => !told.has(path));
}

function shared(hosts: Distinction[], words: string, example?: string): Mistake[] {
    const first = new Map<string, string>();
    return hosts.flatMap(({ path, shown, value }) => {
        const earlier = first.get(value);
        if (earlier === undefined) {
            first.set(value, path);
            return [];
        }
        return [{ path, words: `${shown} is also that of ${ownerOf(earlier)}; ${words}`, example }];
    });
}

function ownerOf(path: string): string {
    return path.replace(/\.[^.]*$/, "");
}

function impossibleAddresses(config: CompleteClusterConfig): Mistake[] {
    return placedHosts(config).flatMap(({ path, node }) => {
        if (!node.nodeIp) {
            return isIPv6(node.host)
                ? [
                      {
                          path: `${path}.nodeIp`,
                          words: `is missing: host is the IPv6 address ${node.host}, and nodes speak IPv4 with one another`,
                          example: "192.0.2.11",
                      },
                  ]
                : [];
        }
        const kind = unreachable[ipaddr.parse(node.nodeIp).range()];
        return kind
            ? [
                  {
                      path: `${path}.nodeIp`,
                      words: `"${node.nodeIp}" is ${kind} address, at which no other node can reach this one`,
                      example: "192.0.2.11",
                  },
              ]
            : [];
    });
}

/** Kinds of addresses that kubelet refuses for a node, by the names of ipaddr.js. */
const unreachable: Record<string, string | undefined> = {
    loopback: "a loopback",
    multicast: "a multicast",
    linkLocal: "a link-local",
    unspecified: "no",
    broadcast: "the broadcast",
};

function canonical(address: string): string {
    return isIP(address) ? ipaddr.parse(address).toString() : address.toLowerCase();
}
