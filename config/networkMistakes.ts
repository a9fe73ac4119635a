import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { Mistake } from "./configError";
import { splitHostAndPort } from "./formats";
import { placedHosts } from "./placedNodes";
import type { CompleteClusterConfig } from "./schema";

/** A network of the cluster and its place in the configuration. */
interface Network {
    path: string;
    subnet: string;
}

/** Networks that overlap one another or the hosts, or whose size kubeadm or Kubernetes would not take. */
export function networkMistakes(config: CompleteClusterConfig): Mistake[] {
    const pods = { path: "cluster.network.podSubnet", subnet: config.network.podSubnet };
    const services = { path: "cluster.network.serviceSubnet", subnet: config.network.serviceSubnet };
    return [
        ...overlapOf(pods, services),
        ...[pods, services].flatMap((network) => hostsInside(config, network)),
        ...serviceSize(services),
        ...podSize(config, pods),
    ];
}

function overlapOf(pods: Network, services: Network): Mistake[] {
    return contains(pods.subnet, addressOf(services.subnet)) || contains(services.subnet, addressOf(pods.subnet))
        ? [
              {
                  path: pods.path,
                  words: `${pods.subnet} overlaps ${services.path} ${services.subnet}; they must not have an address in common`,
                  example: "10.244.0.0/16 and 10.96.0.0/12, the defaults",
                  comparedWith: [services.path],
              },
          ]
        : [];
}

/**
 * A host inside the service network loses all its traffic once kube-proxy has started, a host inside the pod network is
 * taken for a pod.
 */
function hostsInside(config: CompleteClusterConfig, network: Network): Mistake[] {
    return addresses(config)
        .filter(({ address }) => contains(network.subnet, address))
        .map(({ path, address }) => ({
            path,
            words: `${address} lies inside ${network.path} ${network.subnet}, which is the cluster's own; choose one there that no host is in`,
            comparedWith: [network.path],
        }));
}

function addresses(config: CompleteClusterConfig): { path: string; address: string }[] {
    const { endpoint, loadBalancer } = config;
    const listed = [
        ...placedHosts(config).flatMap(({ path, node }) => [
            { path: `${path}.host`, address: node.host },
            { path: `${path}.nodeIp`, address: node.nodeIp ?? "" },
        ]),
        { path: "cluster.loadBalancer.host", address: loadBalancer?.host ?? "" },
        { path: "cluster.endpoint", address: endpoint ? splitHostAndPort(endpoint).host : "" },
    ];
    return listed.filter(({ address }) => isIP(address));
}

/** kubeadm's own limits: at least 10 addresses, and no more than 20 bits of them, which is how etcd can keep them. */
function serviceSize({ path, subnet }: Network): Mistake[] {
    const length = lengthOf(subnet);
    if (length < 12) {
        return [
            {
                path,
                words: `${subnet} is too large: kubeadm takes no network larger than a /12`,
                example: "10.96.0.0/12",
            },
        ];
    }
    return length > 28
        ? [
              {
                  path,
                  words: `${subnet} is too small: kubeadm wants 10 addresses at least, a /28`,
                  example: "10.96.0.0/12",
              },
          ]
        : [];
}

const nothingForFlannel = {
    path: "cluster.kubeadm.clusterConfiguration.controllerManager.extraArgs",
    words: 'allocate-node-cidrs "false" leaves nodes without a part of the pod network, and flannel (cluster.network.cni) needs one; take it away, or choose another network plugin',
    comparedWith: ["cluster.network.cni"],
};

/** kube-controller-manager cuts a network for each node out of that of the pods. */
function podSize(config: CompleteClusterConfig, { path, subnet }: Network): Mistake[] {
    const { controllerManager } = config.kubeadm.clusterConfiguration;
    const argument = (name: string) => controllerManager?.extraArgs?.filter((one) => one.name === name).pop()?.value;
    if (argument("allocate-node-cidrs") === "false") {
        return config.network.cni === "flannel" ? [nothingForFlannel] : [];
    }
    const ofNode = Number(argument("node-cidr-mask-size-ipv4") ?? 24);
    if (!Number.isInteger(ofNode) || ofNode < 1 || ofNode > 30) {
        return [
            {
                path: "cluster.kubeadm.clusterConfiguration.controllerManager.extraArgs",
                words: `node-cidr-mask-size-ipv4 "${argument("node-cidr-mask-size-ipv4")}" is not the length of a prefix`,
                example: '{ name: node-cidr-mask-size-ipv4, value: "24" }',
            },
        ];
    }
    const length = lengthOf(subnet);
    const nodes = config.masters.length + config.workers.length;
    const cut = `kube-controller-manager gives each node a /${ofNode} of it (controllerManager.extraArgs: node-cidr-mask-size-ipv4)`;
    const comparedWith = ["cluster.kubeadm.clusterConfiguration.controllerManager.extraArgs"];
    if (length > ofNode) {
        return [{ path, words: `${subnet} is too small: ${cut}`, example: "10.244.0.0/16", comparedWith }];
    }
    if (ofNode - length > 16) {
        const words = `${subnet} is too large: ${cut}, and kubeadm takes no more than 65536 of those, a /${ofNode - 16}`;
        return [{ path, words, example: `10.0.0.0/${ofNode - 16}`, comparedWith }];
    }
    return nodes > 2 ** (ofNode - length)
        ? [
              {
                  path,
                  words: `${subnet} is too small for ${nodes} nodes: ${cut}, which is enough for ${2 ** (ofNode - length)}`,
                  example: "10.244.0.0/16",
                  comparedWith: [...comparedWith, "cluster.masters", "cluster.workers"],
              },
          ]
        : [];
}

function contains(subnet: string, address: string): boolean {
    const [network, prefix] = ipaddr.parseCIDR(subnet);
    const parsed = ipaddr.parse(address);
    return parsed.kind() === network.kind() && parsed.match([network, prefix]);
}

function addressOf(subnet: string): string {
    return subnet.split("/")[0];
}

function lengthOf(subnet: string): number {
    return Number(subnet.split("/")[1]);
}
