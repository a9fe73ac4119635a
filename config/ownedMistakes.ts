import type { Mistake } from "./configError";
import type { CompleteClusterConfig } from "./schema";

/** Fields of the passed-through kubeadm documents that other settings decide, and which. */
const owned: Record<
    "clusterConfiguration" | "kubeletConfiguration" | "kubeProxyConfiguration",
    Record<string, string>
> = {
    clusterConfiguration: {
        apiVersion: "the program",
        kind: "the program",
        kubernetesVersion: "cluster.kubernetesVersion",
        controlPlaneEndpoint: "cluster.endpoint",
        networking: "cluster.network",
        certificatesDir: "the program, which puts the PKI in kubeadm's own place",
        etcd: "the program, which runs one etcd member on each master",
    },
    kubeletConfiguration: { apiVersion: "the program", kind: "the program" },
    kubeProxyConfiguration: { apiVersion: "the program", kind: "the program" },
};

/** Passed-through fields that the program itself sets: two sources for one value are a mistake. */
export function ownedMistakes({ kubeadm }: CompleteClusterConfig): Mistake[] {
    return Object.entries(owned).flatMap(([document, fields]) =>
        Object.entries(fields)
            .filter(([field]) => field in kubeadm[document as keyof typeof owned])
            .map(([field, owner]) => ({
                path: `cluster.kubeadm.${document}.${field}`,
                words: `cannot be set here: it is decided by ${owner}`,
            })),
    );
}
