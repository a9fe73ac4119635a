import type { Mistake } from "./configError";
import type { CompleteClusterConfig } from "./schema";
import { sayPath, valueAt } from "./settingPath";

const network = "cluster.network";
const kubeadmsOwn = "kubeadm gives it the value that fits the host";

/** Arguments of the components that other settings decide, and which. The fields that are so are told in kubeadmSchema.ts. */
const owned: Record<string, Record<string, string>> = {
    "clusterConfiguration.apiServer.extraArgs": {
        "advertise-address": "nodeIp of the master decides it",
        "secure-port": "it is 6443, where the load balancer expects the API servers",
        "service-cluster-ip-range": `${network}.serviceSubnet decides it`,
        "etcd-servers": kubeadmsOwn,
    },
    "clusterConfiguration.controllerManager.extraArgs": {
        "cluster-cidr": `${network}.podSubnet decides it`,
        "service-cluster-ip-range": `${network}.serviceSubnet decides it`,
        "node-cidr-mask-size": "kubeadm reads node-cidr-mask-size-ipv4 instead, and both together are refused",
        "node-cidr-mask-size-ipv6": "the networks of the cluster are IPv4",
        "cluster-name": "clusterConfiguration.clusterName decides it",
    },
    "clusterConfiguration.etcd.local.extraArgs": {
        name: kubeadmsOwn,
        "data-dir": "it is always kubeadm's own place, /var/lib/etcd",
        "initial-cluster": kubeadmsOwn,
        "initial-cluster-state": kubeadmsOwn,
        "initial-advertise-peer-urls": kubeadmsOwn,
        "advertise-client-urls": kubeadmsOwn,
        "listen-client-urls": kubeadmsOwn,
        "listen-peer-urls": kubeadmsOwn,
    },
};

/** Arguments that the program or kubeadm itself sets: two sources for one value are a mistake. */
export function ownedMistakes({ kubeadm }: CompleteClusterConfig): Mistake[] {
    return Object.entries(owned).flatMap(([place, reasons]) => {
        const path = place.split(".");
        const given = (valueAt(kubeadm, path) ?? []) as { name: string }[];
        return given.flatMap(({ name }, index) =>
            Object.hasOwn(reasons, name)
                ? [
                      {
                          path: sayPath("cluster.kubeadm", [...path, index, "name"]),
                          words: `"${name}" cannot be set here: ${reasons[name]}`,
                      },
                  ]
                : [],
        );
    });
}
