import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster } from "./components/cluster";
import { traceErrorsOnly } from "./components/stackTraces";
import { refuseUnsupportedUpgrade } from "./components/upgradeRefusal";
import { readStack } from "./config/stackConfig";

/** The stack's outputs. */
export = async () => {
    traceErrorsOnly();
    const config = readStack();
    await refuseUnsupportedUpgrade(config.kubernetesVersion);
    const { endpoint, kubeconfig, certificatesEnd, kubernetesVersion } = new KubeadmCluster(pulumi.getStack(), config);
    const next =
        "pulumi stack output kubeconfig --show-secrets > kubeconfig; kubectl --kubeconfig kubeconfig get nodes";
    return { endpoint, kubeconfig, certificatesEnd, kubernetesVersion, next };
};
