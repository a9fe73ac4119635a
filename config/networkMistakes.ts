import ipaddr from "ipaddr.js";
import type { Mistake } from "./configError";
import type { CompleteClusterConfig } from "./schema";

/**
 * Networks that overlap. A host inside the service network loses all its traffic once kube-proxy has started,
 * a host inside the pod network is taken for a pod.
 */
export function networkMistakes(config: CompleteClusterConfig): Mistake[] {
    const { podSubnet, serviceSubnet } = config.network;
    const pods = { path: "cluster.network.podSubnet", subnet: podSubnet };
    const services = { path: "cluster.network.serviceSubnet", subnet: serviceSubnet };
    const mistakes: Mistake[] = [];
    if (overlap(podSubnet, serviceSubnet)) {
        mistakes.push({ path: pods.path, words: `${podSubnet} overlaps ${services.path} ${serviceSubnet}` });
    }
    for (const { path, host } of addresses(config)) {
        for (const network of [pods, services]) {
            if (contains(network.subnet, host)) {
                mistakes.push({
                    path,
                    words: `${host} lies inside ${network.path} ${network.subnet}; choose another network there`,
                });
            }
        }
    }
    return mistakes;
}

function addresses(config: CompleteClusterConfig): { path: string; host: string }[] {
    const listed = [
        ...config.masters.map(({ host }, index) => ({ path: `cluster.masters[${index}].host`, host })),
        ...config.workers.map(({ host }, index) => ({ path: `cluster.workers[${index}].host`, host })),
        ...(config.loadBalancer ? [{ path: "cluster.loadBalancer.host", host: config.loadBalancer.host }] : []),
    ];
    return listed.filter(({ host }) => ipaddr.isValid(host));
}

function contains(subnet: string, address: string): boolean {
    const [network, prefix] = ipaddr.parseCIDR(subnet);
    const parsed = ipaddr.parse(address);
    return parsed.kind() === network.kind() && parsed.match([network, prefix]);
}

function overlap(one: string, other: string): boolean {
    return contains(one, other.split("/")[0]) || contains(other, one.split("/")[0]);
}
