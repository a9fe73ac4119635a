import { stringify } from "yaml";
import type { ClusterPlan } from "../config/clusterPlan";
import { merge } from "../config/merge";
import { nodeAddress } from "../config/nodeAddress";
import type { EtcdHostConfig, ExternalEtcdConfig } from "../config/schema";
import { criSocket, kubeadmApi } from "./kubeadmConfiguration";

/** Files of a host of external etcd (https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/setup-ha-etcd-with-kubeadm/). */

/** kubeadm's file for `kubeadm init phase etcd local`; the host puts in which members there are. */
export function etcdMemberConfiguration(plan: ClusterPlan, host: EtcdHostConfig): string {
    const initConfiguration = {
        apiVersion: kubeadmApi,
        kind: "InitConfiguration",
        nodeRegistration: { name: host.name, criSocket },
        localAPIEndpoint: { advertiseAddress: nodeAddress(host) },
    };
    const { imageRepository } = plan.kubeadm.clusterConfiguration;
    const { version } = plan.etcd as ExternalEtcdConfig;
    const clusterConfiguration = {
        apiVersion: kubeadmApi,
        kind: "ClusterConfiguration",
        kubernetesVersion: `v${plan.kubernetesVersion}`,
        ...(imageRepository ? { imageRepository } : {}),
        etcd: {
            local: {
                ...(version ? { imageTag: version } : {}),
                extraArgs: [
                    { name: "initial-cluster", value: "@INITIAL_CLUSTER@" },
                    { name: "initial-cluster-state", value: "@INITIAL_CLUSTER_STATE@" },
                ],
            },
        },
    };
    return [initConfiguration, clusterConfiguration].map((tree) => stringify(tree, { lineWidth: 0 })).join("---\n");
}

/** Configuration of a kubelet that knows no API server and runs static pods only. */
export function etcdKubeletConfiguration(plan: ClusterPlan): string {
    const own = {
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        address: "127.0.0.1",
        authentication: { anonymous: { enabled: false }, webhook: { enabled: false } },
        authorization: { mode: "AlwaysAllow" },
        cgroupDriver: "systemd",
        containerRuntimeEndpoint: criSocket,
        staticPodPath: "/etc/kubernetes/manifests",
    };
    return stringify(merge(own, plan.kubeadm.kubeletConfiguration), { lineWidth: 0 });
}
