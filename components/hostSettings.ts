import type { ClusterPlan } from "../config/clusterPlan";
import { nodeAddress } from "../config/nodeAddress";
import type { EtcdHostConfig, ExternalEtcdConfig, PkiConfig } from "../config/schema";
import type { DeliveredFile } from "./delivery";

/**
 * Places of a host's settings, which the scripts in hosts/ read. A node may be the load balancer too. Those of a node take
 * the place of host.conf when `prepare` has found that the host is the right one.
 */
const path = (role: Role) => `/etc/kubeadm-ha/${role === "load-balancer" ? "load-balancer.conf" : "host.conf.new"}`;

export type Role = "master" | "worker" | "etcd" | "load-balancer";

/**
 * The settings of a host as shell variables: what its scripts need to know about it and about its cluster.
 * @param mayBeReset whether what an earlier cluster has left on the host may be wiped
 */
export function hostSettings(name: string, role: Role, plan: ClusterPlan, mayBeReset = false): DeliveredFile {
    const settings = {
        NODE_NAME: name,
        ROLE: role,
        ENDPOINT: plan.endpoint,
        ...(role === "worker" ? {} : { ETCD: plan.etcd.topology === "stacked" ? "stacked" : "external" }),
        ...(role === "load-balancer" ? {} : { RESET: mayBeReset ? "yes" : "no", ...nodeSettings(plan) }),
        ...(role !== "load-balancer" && plan.adopted ? { ADOPTED: "yes" } : {}),
        ...(role !== "load-balancer" && plan.pki.external ? { EXTERNAL_CA: "yes" } : {}),
        ...(role !== "load-balancer" && isRotated(plan.pki) ? { PKI_GENERATION: String(plan.pki.generation) } : {}),
    };
    return file(role, settings);
}

/** The settings of a host of external etcd. */
export function etcdMemberSettings(host: EtcdHostConfig, plan: ClusterPlan): DeliveredFile {
    const { version } = plan.etcd as ExternalEtcdConfig;
    return file("etcd", {
        NODE_NAME: host.name,
        ROLE: "etcd",
        ENDPOINT: plan.endpoint,
        ETCD_ADDRESS: nodeAddress(host) as string,
        RESET: host.reset ? "yes" : "no",
        ...(version ? { ETCD_VERSION: version } : {}),
        ...nodeSettings(plan),
    });
}

function file(role: Role, settings: Record<string, string>): DeliveredFile {
    return { path: path(role), mode: "0644", content: shellSettings(settings) };
}

function isRotated({ generation, rotate }: PkiConfig): boolean {
    return generation > 1 || rotate !== undefined;
}

/** Settings as shell variables, a line each. */
export function shellSettings(settings: Record<string, string>): string {
    return Object.entries(settings)
        .map(([key, value]) => `${key}=${quote(value)}\n`)
        .join("");
}

function nodeSettings({ kubernetesVersion, packages, kubeadm }: ClusterPlan): Record<string, string> {
    const common = {
        KUBERNETES_VERSION: kubernetesVersion,
        SWAP_ALLOWED: kubeadm.kubeletConfiguration.failSwapOn === false ? "yes" : "no",
        PACKAGES: packages.source,
        // Empty: kubeadm's own, registry.k8s.io.
        IMAGE_REPOSITORY: kubeadm.clusterConfiguration.imageRepository ?? "",
    };
    if (packages.source === "bundle") {
        return { ...common, BUNDLE_URL: packages.url, BUNDLE_SHA256: packages.sha256 ?? "" };
    }
    const minor = kubernetesVersion.split(".").slice(0, 2).join(".");
    const kubernetes = packages.kubernetes ?? {
        url: `https://pkgs.k8s.io/core:/stable:/v${minor}/deb`,
        suite: "/",
        components: [],
        keyUrl: `https://pkgs.k8s.io/core:/stable:/v${minor}/deb/Release.key`,
    };
    const { containerd, containerdPackage, containerdVersion = "" } = packages;
    return {
        ...common,
        KUBERNETES_REPOSITORY: [kubernetes.url, kubernetes.suite, ...kubernetes.components].join(" "),
        KUBERNETES_KEY_URL: kubernetes.keyUrl,
        // Empty: Docker's repository for the distribution, which only the host knows.
        CONTAINERD_REPOSITORY: containerd ? [containerd.url, containerd.suite, ...containerd.components].join(" ") : "",
        CONTAINERD_KEY_URL: containerd?.keyUrl ?? "",
        CONTAINERD_PACKAGE: containerdPackage,
        // Empty: whatever is there.
        CONTAINERD_VERSION: containerdVersion,
    };
}

function quote(value: string): string {
    return `'${value.replaceAll("'", "'\\''")}'`;
}
