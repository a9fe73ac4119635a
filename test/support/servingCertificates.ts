import { merge, type Tree } from "../../config/merge";
import type { ClusterConfig } from "../../config/schema";
import type { LabCluster } from "./labCluster";

/** The configuration with kubelets that ask the cluster for serving certificates, and API servers that take no others. */
export function withServingCertificates(config: ClusterConfig): ClusterConfig {
    const extraArgs = [{ name: "kubelet-certificate-authority", value: "/etc/kubernetes/pki/ca.crt" }];
    const asking: Tree = {
        kubeletConfiguration: { serverTLSBootstrap: true },
        clusterConfiguration: { apiServer: { extraArgs } },
    };
    return { ...config, kubeadm: merge(config.kubeadm as Tree, asking) };
}

/** An API server asks the node's kubelet for the logs of kube-proxy. Throws when it does not take its certificate. */
export function showsLogs(cluster: LabCluster, node: string): void {
    const ofNode = ["--selector=k8s-app=kube-proxy", `--field-selector=spec.nodeName=${node}`, "--output=name"];
    const pod = cluster.kubectl("--namespace=kube-system", "get", "pods", ...ofNode);
    cluster.kubectl("--namespace=kube-system", "logs", "--tail=1", pod);
}
