import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster } from "./components/cluster";
import { traceErrorsOnly } from "./components/stackTraces";
import { refuseUnsupportedUpgrade } from "./components/upgradeRefusal";
import { readStack } from "./config/stackConfig";

/** The stack's outputs. */
export = async () => {
    traceErrorsOnly();
    const config = readStack();
    const from = await refuseUnsupportedUpgrade(config.kubernetesVersion);
    const cluster = new KubeadmCluster(pulumi.getStack(), config);
    if (from && from !== config.kubernetesVersion) {
        pulumi.log.info(`Kubernetes ${from} to ${config.kubernetesVersion}: ${cluster.upgradeOrder}`, cluster);
    }
    const { endpoint, kubeconfig, certificatesEnd, kubernetesVersion } = cluster;
    const next =
        "pulumi stack output kubeconfig --show-secrets > kubeconfig; kubectl --kubeconfig kubeconfig get nodes";
    return { endpoint, kubeconfig, certificatesEnd, kubernetesVersion, next };
};
