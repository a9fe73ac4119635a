import type { Mistake } from "./configError";
import { placedNodes } from "./placedNodes";
import type { CompleteClusterConfig } from "./schema";
import { sayPath, valueAt } from "./settingPath";

const network = "cluster.network";
const kubeadmsOwn = "kubeadm gives it the value that fits the host";
const containerd = "containerd is set up by the program, and its socket is containerd's own";

/** Of kubelet: for every node, and for one. */
const ofKubelet: Record<string, string> = {
    "node-ip": "nodeIp of the host decides it",
    "hostname-override": "the name of the host is the name of the Node",
    "register-with-taints": "taints of the host are the place",
    "container-runtime-endpoint": containerd,
    "cgroup-driver": "containerd is set up with systemd's cgroups",
    "cluster-domain": `${network}.dnsDomain decides it`,
    config: kubeadmsOwn,
    kubeconfig: kubeadmsOwn,
    "bootstrap-kubeconfig": kubeadmsOwn,
};

/** Arguments that other settings decide, and which; by their place below `kubeadm`. Fields of that kind are in kubeadmSchema.ts. */
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
    "nodeRegistration.kubeletExtraArgs": ofKubelet,
};

/** Arguments that the program or kubeadm itself sets: two sources for one value are a mistake. */
export function ownedMistakes(config: CompleteClusterConfig): Mistake[] {
    const levels = [
        { root: "cluster.kubeadm", kubeadm: config.kubeadm as unknown },
        ...placedNodes(config).map(({ path, node }) => ({ root: `${path}.kubeadm`, kubeadm: node.kubeadm as unknown })),
    ];
    return levels.flatMap(({ root, kubeadm }) =>
        Object.entries(owned).flatMap(([place, reasons]) => ownedArguments(root, kubeadm, place.split("."), reasons)),
    );
}

function ownedArguments(root: string, kubeadm: unknown, place: string[], reasons: Record<string, string>): Mistake[] {
    const given = (valueAt(kubeadm, place) ?? []) as { name: string }[];
    return given.flatMap(({ name }, index) =>
        Object.hasOwn(reasons, name)
            ? [
                  {
                      path: sayPath(root, [...place, index, "name"]),
                      words: `"${name}" cannot be set here: ${reasons[name]}`,
                  },
              ]
            : [],
    );
}
