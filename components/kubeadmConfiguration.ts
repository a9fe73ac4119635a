import { stringify } from "yaml";
import type { ClusterPlan } from "../config/clusterPlan";
import { merge, type Tree } from "../config/merge";
import { nodeAddress } from "../config/nodeAddress";
import type { NodeConfig } from "../config/schema";
import { etcdEndpoints } from "./etcdEndpoints";
import { patchesFolder, patchFiles } from "./patches";

/**
 * kubeadm's configuration files, API version v1beta4 (https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/).
 * What the program decides is laid below what the configuration says for the cluster, and that below what it says for the host.
 */

export const criSocket = "unix:///run/containerd/containerd.sock";

/** Where `join` puts the kubeconfig that a host finds and enters the cluster with: memory, gone after the join. */
export const discoveryKubeconfigPath = "/run/kubeadm-ha/discovery.conf";

/** Where masters have the certificate of the CA that signs, while another is trusted beside it. */
export const signingCaFile = "/etc/kubernetes/pki/signing-ca.crt";

export const kubeadmApi = "kubeadm.k8s.io/v1beta4";

/**
 * How an API server ends: from the first moment it is not ready, but it serves for 7 s more, until load balancers lead
 * elsewhere (hosts/health-check needs 2 s; 6 s while another master hangs). Then it ends the watches that are open: else it
 * would wait for them until kubelet kills it, after 30 s.
 */
export const apiServer = {
    extraArgs: [
        { name: "shutdown-delay-duration", value: "7s" },
        { name: "shutdown-watch-termination-grace-period", value: "5s" },
    ],
};

/** While the PKI is rotated, ca.crt holds two certificates, and kube-controller-manager signs with one only. */
const signingBesideTrusted = { extraArgs: [{ name: "cluster-signing-cert-file", value: signingCaFile }] };

/**
 * Stands for the members of an etcd that this program keeps on hosts of its own: they come and go by a step of their own
 * (etcd-endpoints), so the host puts in those that its API server has.
 */
const presentMembers = "https://present-members.invalid:2379";

/** kubeadm's file that the settings of a living master are made from. */
export function masterSettings(plan: ClusterPlan, host: NodeConfig): string {
    return initConfiguration(plan, host, plan.etcd.topology === "external" ? [presentMembers] : undefined);
}

/** The file of `kubeadm init`: what the whole cluster shares, and how the founding host registers. */
export function initConfiguration(
    plan: ClusterPlan,
    host: NodeConfig,
    etcdMembers: string[] | undefined = etcdEndpoints(plan),
): string {
    const own = {
        apiVersion: kubeadmApi,
        kind: "InitConfiguration",
        nodeRegistration: nodeRegistration(plan, host),
        ...apiEndpoint(host),
        ...patches(plan, host, "master"),
    };
    return documents([
        merge(own, plan.kubeadm.initConfiguration),
        clusterConfiguration(plan, etcdMembers),
        kubeletConfiguration(plan),
        kubeProxyConfiguration(plan),
    ]);
}

/** The file of `kubeadm join` for a master. */
export function masterJoinConfiguration(plan: ClusterPlan, host: NodeConfig): string {
    return documents([{ ...joinConfiguration(plan, host, "master"), controlPlane: apiEndpoint(host) }]);
}

/** The file of `kubeadm join` for a worker. */
export function workerJoinConfiguration(plan: ClusterPlan, host: NodeConfig): string {
    return documents([joinConfiguration(plan, host, "worker")]);
}

/** The file of `kubeadm upgrade`, on the first master and on all other nodes. */
export function upgradeConfiguration(plan: ClusterPlan, host: NodeConfig, role: "master" | "worker"): string {
    const ignored = plan.kubeadm.ignorePreflightErrors;
    const own = {
        ...(ignored.length > 0 ? { ignorePreflightErrors: ignored } : {}),
        ...patches(plan, host, role),
    };
    const apply = { kubernetesVersion: `v${plan.kubernetesVersion}`, ...own };
    return documents([{ apiVersion: kubeadmApi, kind: "UpgradeConfiguration", apply, node: own }]);
}

/** What of the cluster's configuration kubeadm's add-ons go by, CoreDNS and kube-proxy. */
export function addonSettings(plan: ClusterPlan): string {
    const { apiServer: _, controllerManager, scheduler, etcd, ...settings } = clusterConfiguration(plan);
    return documents([settings, kubeProxyConfiguration(plan)]);
}

/** What of the cluster's configuration a worker goes by. It reads it from the cluster. */
export function kubeletSettings(plan: ClusterPlan): string {
    return documents([kubeletConfiguration(plan)]);
}

function joinConfiguration(plan: ClusterPlan, host: NodeConfig, role: "master" | "worker"): Tree {
    const own = {
        apiVersion: kubeadmApi,
        kind: "JoinConfiguration",
        discovery: { file: { kubeConfigPath: discoveryKubeconfigPath } },
        nodeRegistration: nodeRegistration(plan, host),
        ...patches(plan, host, role),
    };
    return merge(merge(own, plan.kubeadm.joinConfiguration), host.kubeadm.joinConfiguration);
}

function clusterConfiguration(plan: ClusterPlan, etcdMembers?: string[]): Tree {
    const own = {
        apiVersion: kubeadmApi,
        kind: "ClusterConfiguration",
        kubernetesVersion: `v${plan.kubernetesVersion}`,
        controlPlaneEndpoint: plan.endpoint,
        networking: {
            podSubnet: plan.network.podSubnet,
            serviceSubnet: plan.network.serviceSubnet,
            dnsDomain: plan.network.dnsDomain,
        },
        apiServer,
        ...(plan.pki.rotate ? { controllerManager: signingBesideTrusted } : {}),
        ...externalEtcd(etcdMembers),
    };
    return merge(own, plan.kubeadm.clusterConfiguration);
}

/** kubeadm's words for an etcd that is not on the masters; the files are where kubeadm has them with any topology. */
function externalEtcd(endpoints?: string[]): Tree {
    const pki = "/etc/kubernetes/pki";
    return endpoints
        ? {
              etcd: {
                  external: {
                      endpoints,
                      caFile: `${pki}/etcd/ca.crt`,
                      certFile: `${pki}/apiserver-etcd-client.crt`,
                      keyFile: `${pki}/apiserver-etcd-client.key`,
                  },
              },
          }
        : {};
}

function kubeletConfiguration(plan: ClusterPlan): Tree {
    const own = {
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        cgroupDriver: "systemd",
    };
    return merge(own, plan.kubeadm.kubeletConfiguration);
}

function kubeProxyConfiguration(plan: ClusterPlan): Tree {
    const own = { apiVersion: "kubeproxy.config.k8s.io/v1alpha1", kind: "KubeProxyConfiguration" };
    return merge(own, plan.kubeadm.kubeProxyConfiguration);
}

function nodeRegistration(plan: ClusterPlan, host: NodeConfig): Tree {
    const address = nodeAddress(host);
    const ignored = plan.kubeadm.ignorePreflightErrors;
    const own = {
        name: host.name,
        criSocket,
        ...(address ? { kubeletExtraArgs: [{ name: "node-ip", value: address }] } : {}),
        ...(host.taints ? { taints: host.taints } : {}),
        ...(ignored.length > 0 ? { ignorePreflightErrors: ignored } : {}),
    };
    const registration = merge(merge(own, plan.kubeadm.nodeRegistration), host.kubeadm.nodeRegistration);
    return plan.pki.external ? ignoringGivenFile(registration) : registration;
}

/** With an external CA a node finds its kubelet.conf there; kubeadm's preflight takes it for a leftover. */
function ignoringGivenFile(registration: Tree): Tree {
    const others = (registration.ignorePreflightErrors ?? []) as string[];
    return { ...registration, ignorePreflightErrors: [...others, "FileAvailable--etc-kubernetes-kubelet.conf"] };
}

function apiEndpoint(host: NodeConfig): Tree {
    const advertiseAddress = nodeAddress(host);
    return advertiseAddress ? { localAPIEndpoint: { advertiseAddress } } : {};
}

function patches(plan: ClusterPlan, host: NodeConfig, role: "master" | "worker"): Tree {
    return patchFiles(plan, host, role).length > 0 ? { patches: { directory: patchesFolder } } : {};
}

function documents(trees: Tree[]): string {
    return trees.map((tree) => stringify(tree, { lineWidth: 0, aliasDuplicateObjects: false })).join("---\n");
}
