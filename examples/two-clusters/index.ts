import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster, type KubeadmClusterArgs } from "../../components/cluster";

/** What differs between the clusters, from the stack's configuration. */
type Site = Pick<KubeadmClusterArgs, "loadBalancer" | "masters" | "workers">;

const config = new pulumi.Config();

/** What the clusters have in common. */
const shared = {
    kubernetesVersion: "1.36.3",
    ssh: { user: "ops", knownHosts: "./known_hosts" },
    kubeadm: { kubeletConfiguration: { maxPods: 200 } },
} satisfies Partial<KubeadmClusterArgs>;

const [north, south] = ["north", "south"].map(
    (name) => new KubeadmCluster(name, { ...shared, ...config.requireObject<Site>(name) }),
);

export const endpoints = [north.endpoint, south.endpoint];
export const kubeconfigs = { north: north.kubeconfig, south: south.kubeconfig };
