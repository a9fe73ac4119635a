import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster } from "./components/cluster";
import { traceErrorsOnly } from "./components/stackTraces";
import { readStack } from "./config/stackConfig";

traceErrorsOnly();
const cluster = new KubeadmCluster(pulumi.getStack(), readStack());

export const endpoint = cluster.endpoint;
export const kubeconfig = cluster.kubeconfig;
export const certificatesEnd = cluster.certificatesEnd;
export const next =
    "pulumi stack output kubeconfig --show-secrets > kubeconfig; kubectl --kubeconfig kubeconfig get nodes";
