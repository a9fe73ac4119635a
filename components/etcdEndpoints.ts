import type { ClusterPlan } from "../config/clusterPlan";
import { nodeAddress } from "../config/nodeAddress";

/** URL at which clients reach a member. */
export function memberEndpoint(host: { host: string; nodeIp?: string }): string {
    return `https://${nodeAddress(host)}:2379`;
}

/** The key below which the API servers keep everything: kube-apiserver's --etcd-prefix. */
export function etcdPrefix({ kubeadm }: ClusterPlan): string {
    const { extraArgs = [] } = kubeadm.clusterConfiguration.apiServer ?? {};
    return extraArgs.find(({ name }) => name === "etcd-prefix")?.value ?? "/registry";
}

/** Client URLs of the members, in an order that no edit of the list changes; undefined where the masters run etcd. */
export function etcdEndpoints({ etcd, etcdHosts }: ClusterPlan): string[] | undefined {
    switch (etcd.topology) {
        case "external":
            return etcdHosts.map(memberEndpoint).sort();
        case "existing":
            return etcd.endpoints;
        case "stacked":
            return undefined;
    }
}
