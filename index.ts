import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster } from "./components/cluster";
import { sshSecretsOf } from "./components/sshSecrets";
import type { ClusterConfig } from "./config/schema";

const config = new pulumi.Config();

const cluster = new KubeadmCluster(pulumi.getStack(), {
    ...config.requireObject<ClusterConfig>("cluster"),
    masterCount: config.getNumber("masterCount"),
    ...sshSecretsOf(config),
});

export const endpoint = cluster.endpoint;
export const kubeconfig = cluster.kubeconfig;
export const next =
    "pulumi stack output kubeconfig --show-secrets > kubeconfig; kubectl --kubeconfig kubeconfig get nodes";
