import { z } from "zod";
import { cidr, hostAddress, hostAndPort, hostKey, kubernetesVersion, nodeName } from "./formats";

/**
 * The one schema of a cluster's configuration: source of the types, of the validation and of the README's table.
 * Words are kubeadm's and Pulumi's; "master" is a control-plane node.
 */

const sshUser = z.string().min(1);
const sshPort = z.int().min(1).max(65535);
const privateKeyFile = z.string().min(1).optional();

const bastion = z.strictObject({
    host: hostAddress.describe("Address or DNS name of the bastion."),
    port: sshPort.default(22).describe("Port of the bastion's sshd."),
    user: sshUser.optional().describe("Login user at the bastion. Default: that of the host behind it."),
    hostKey: hostKey.optional().describe("The bastion's host key. Default: looked up in `ssh.knownHosts`."),
    privateKeyFile: privateKeyFile.describe("Private key for the bastion. Default: that for the host behind it."),
});

const sshFiles = {
    privateKeyFile: privateKeyFile.describe(
        "Private key, relative to the project. Without it, and without the secret `sshPrivateKey`, the SSH agent is asked.",
    ),
    knownHosts: z
        .string()
        .min(1)
        .optional()
        .describe(
            "known_hosts file, relative to the project, with the key of every host that has no `hostKey` of its own.",
        ),
};

const ssh = z.strictObject({
    user: sshUser
        .default("root")
        .describe("Login user. Anyone but root needs sudo: passwordless, or with the secret `sudoPassword`."),
    port: sshPort.default(22).describe("Port of sshd."),
    ...sshFiles,
    bastion: bastion.optional().describe("Host that leads to the others; nothing runs on it."),
});

/** No defaults here: what a host does not say is as for all hosts. */
const sshOfHost = z.strictObject({
    user: sshUser.optional(),
    port: sshPort.optional(),
    ...sshFiles,
    bastion: z
        .union([z.literal("none"), bastion], {
            error: "is neither a bastion with host, port, user, hostKey, privateKeyFile, nor none",
        })
        .optional(),
});

const hostFields = {
    host: hostAddress.describe("Address or DNS name that SSH connects to."),
    hostKey: hostKey
        .optional()
        .describe("Host key as in /etc/ssh/ssh_host_*_key.pub. Default: looked up in `ssh.knownHosts`."),
    ssh: sshOfHost
        .optional()
        .describe("What differs for this host from `ssh` above; `bastion: none` reaches it directly."),
};

const taint = z.strictObject({
    key: z.string().min(1),
    value: z.string().optional(),
    effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

const node = z.strictObject({
    name: nodeName.describe("Name of the Node and of everything that Pulumi keeps about the host."),
    ...hostFields,
    nodeIp: z
        .ipv4()
        .optional()
        .describe(
            "Address that kubelet and API server announce. Default: `host`, when that is an address; else kubeadm chooses.",
        ),
    labels: z.record(z.string(), z.string()).default({}).describe("Labels of the Node; later changes are applied too."),
    taints: z
        .array(taint)
        .optional()
        .describe("Taints that the Node registers with (at its join, not later). Default: kubeadm's."),
    drained: z
        .boolean()
        .default(false)
        .describe("No pods on this node for now: it is cordoned and drained; taken away, it takes pods again."),
    reset: z
        .boolean()
        .default(false)
        .describe(
            "What an earlier cluster has left on this host may be wiped (kubeadm reset) before it joins. A living node of this cluster never is.",
        ),
    lost: z
        .boolean()
        .default(false)
        .describe(
            "The host will not come back: a surviving master evicts it, without a connection to it. Delete the entry afterwards.",
        ),
});

const loadBalancer = z.strictObject({
    name: nodeName.default("lb").describe("Name of the host in Pulumi."),
    ...hostFields,
    port: z.int().min(1).max(65535).default(6443).describe("Port that nginx listens on."),
    connectTimeoutSeconds: z
        .int()
        .min(1)
        .default(2)
        .describe("A master that does not accept in that time is passed over."),
    idleTimeoutHours: z
        .int()
        .min(1)
        .default(24)
        .describe(
            "Connections without traffic live that long: watches, `kubectl exec` and `kubectl logs -f` are such.",
        ),
});

const aptRepository = z.strictObject({
    url: z
        .url({ protocol: /^https?$/ })
        .describe("Where the repository is, as in sources.list; ends before the suite."),
    suite: z.string().default("/").describe("Suite as in sources.list."),
    components: z.array(z.string()).default([]).describe("Components as in sources.list."),
    keyUrl: z.url({ protocol: /^https?$/ }).describe("Where its signing key is."),
});

const packages = z.discriminatedUnion("source", [
    z.strictObject({
        source: z.literal("apt").describe("Packages from apt repositories."),
        kubernetes: aptRepository
            .optional()
            .describe("Repository of kubeadm, kubelet, kubectl. Default: pkgs.k8s.io of the version's minor."),
        containerd: aptRepository
            .optional()
            .describe("Repository of containerd. Default: Docker's for the distribution that the host runs."),
        containerdPackage: z.string().default("containerd.io").describe("Name of containerd's package."),
    }),
    z.strictObject({
        source: z
            .literal("bundle")
            .describe("A folder with binaries and images: hosts need no repository and no registry."),
        url: z
            .url({ protocol: /^(https?|file)$/ })
            .describe("The bundle's folder, as seen from the hosts; holds SHA256SUMS, bin/, cni/ and images/."),
        sha256: z
            .string()
            .regex(/^[0-9a-f]{64}$/, "is not a SHA-256 in hex (64 digits)")
            .optional()
            .describe("Digest of the bundle's SHA256SUMS. Required with http://."),
    }),
]);

const cni = z.union([
    z.literal("flannel"),
    z.literal("none"),
    z.strictObject({
        manifest: z.string().min(1).describe("File (relative to the project) or https:// URL of a manifest."),
    }),
]);

const network = z.strictObject({
    podSubnet: cidr.default("10.244.0.0/16").describe("Addresses of pods."),
    serviceSubnet: cidr.default("10.96.0.0/12").describe("Addresses of Services."),
    dnsDomain: z.string().default("cluster.local").describe("Domain of Services."),
    cni: cni.default("flannel").describe("`flannel`, `none`, or `{ manifest: file or URL }`."),
});

const drain = z.strictObject({
    timeoutSeconds: z
        .int()
        .min(1)
        .max(7200)
        .default(180)
        .describe("How long pods have to go when a node leaves or is `drained`; PodDisruptionBudgets are honoured."),
    onTimeout: z
        .enum(["fail", "delete"])
        .default("fail")
        .describe(
            "Pods that are still there then, or that no controller makes again: `fail` stops and names them, `delete` deletes them.",
        ),
});

const passThrough = z.record(z.string(), z.unknown());

const kubeadm = z.strictObject({
    clusterConfiguration: passThrough.default({}).describe("Merged into kubeadm's ClusterConfiguration (v1beta4)."),
    kubeletConfiguration: passThrough.default({}).describe("Merged into kubelet's KubeletConfiguration."),
    kubeProxyConfiguration: passThrough.default({}).describe("Merged into kube-proxy's KubeProxyConfiguration."),
    ignorePreflightErrors: z
        .array(z.string())
        .default([])
        .describe("kubeadm's preflight errors to ignore, on init and join."),
});

/** What a stack file says under `kubeadm-ha:cluster`. */
export const clusterConfig = z.strictObject({
    kubernetesVersion: kubernetesVersion.describe("Kubernetes version of the whole cluster, 1.x.y."),
    endpoint: hostAndPort
        .optional()
        .describe("kubeadm's controlPlaneEndpoint, host:port. Default: the load balancer's address and port."),
    ssh: ssh.prefault({}).describe("How hosts are reached; each host can differ."),
    loadBalancer: loadBalancer
        .optional()
        .describe("Host that becomes the load balancer. Without it, `endpoint` names one of your own."),
    masters: z.array(node).min(1).describe("Control-plane nodes. Order means nothing once the cluster exists."),
    workers: z.array(node).default([]).describe("Worker nodes."),
    network: network.prefault({}).describe("Cluster networks."),
    drain: drain.prefault({}).describe("How pods are moved away from a node."),
    packages: packages
        .prefault({ source: "apt" })
        .describe("Where hosts get containerd, kubeadm, kubelet and images from."),
    containerd: passThrough.default({}).describe("Merged into containerd's config.toml (version 3)."),
    kubeadm: kubeadm.prefault({}).describe("kubeadm's own configuration, passed through."),
});

/** How many of the masters are in use: the stack's `kubeadm-ha:masterCount`. */
export const masterCount = z.int().min(1);

/** A cluster as a person writes it: defaults left out. */
export type ClusterConfig = z.input<typeof clusterConfig>;
/** The same with every default filled in. */
export type CompleteClusterConfig = z.output<typeof clusterConfig>;
export type NodeConfig = CompleteClusterConfig["masters"][number];
export type LoadBalancerConfig = NonNullable<CompleteClusterConfig["loadBalancer"]>;
export type DrainConfig = CompleteClusterConfig["drain"];
export type SshConfig = CompleteClusterConfig["ssh"];
export type SshOfHostConfig = NonNullable<NodeConfig["ssh"]>;
export type BastionConfig = NonNullable<SshConfig["bastion"]>;
