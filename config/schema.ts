import { z } from "zod";
import { etcd } from "./etcdSchema";
import { externalCa } from "./externalCaSchema";
import {
    cidr,
    domain,
    filePath,
    hostAndPort,
    kubernetesVersion,
    labelKey,
    labelValue,
    nodeName,
    oneWord,
    packageVersion,
    sha256,
    url,
} from "./formats";
import { adoptField, hostFields, lostField, nodeIpField, portNumber, resetField, ssh } from "./hostSchema";
import { kubeadm, kubeadmOfHost } from "./kubeadmSchema";
import { newestMinor, oldestMinor } from "./kubernetesVersions";

/**
 * The one schema of a cluster's configuration: source of the types, of the validation, of the JSON Schema for editors and
 * of the README's table.
 * Words are kubeadm's and Pulumi's; "master" is a control-plane node.
 */

const taint = z
    .strictObject({
        key: labelKey.meta({ examples: ["example.com/dedicated"] }),
        value: labelValue.optional(),
        effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).meta({ examples: ["NoSchedule"] }),
    })
    .meta({ examples: [{ key: "example.com/dedicated", value: "batch", effect: "NoSchedule" }] });

const node = z
    .strictObject({
        name: nodeName.describe("Name of the Node and of everything that Pulumi keeps about the host."),
        ...hostFields,
        nodeIp: nodeIpField.describe(
            "Address that kubelet and API server announce. Default: `host`, when that is an address; else kubeadm chooses.",
        ),
        labels: z
            .record(labelKey, labelValue)
            .meta({ examples: [{ "example.com/disk": "ssd" }] })
            .default({})
            .describe("Labels of the Node; later changes are applied too."),
        taints: z
            .array(taint)
            .optional()
            .describe("Taints that the Node registers with (at its join, not later). Default: kubeadm's."),
        kubeadm: kubeadmOfHost
            .prefault({})
            .describe("kubeadm's own configuration of this node, laid over the cluster's."),
        drained: z
            .boolean()
            .default(false)
            .describe("No pods on this node for now: it is cordoned and drained; taken away, it takes pods again."),
        adopt: adoptField,
        reset: resetField,
        lost: lostField,
    })
    .meta({ examples: [{ name: "m1", host: "192.0.2.11" }] });

const loadBalancer = z.strictObject({
    name: nodeName.default("lb").describe("Name of the host in Pulumi."),
    ...hostFields,
    port: portNumber.default(6443).describe("Port that nginx listens on."),
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
    url: url(["https", "http"], "https://pkgs.k8s.io/core:/stable:/v1.36/deb").describe(
        "Where the repository is, as in sources.list; ends before the suite.",
    ),
    suite: oneWord.default("/").describe("Suite as in sources.list."),
    components: z
        .array(oneWord)
        .default([])
        .describe("Components as in sources.list.")
        .meta({ examples: [["main"]] }),
    keyUrl: url(["https", "http"], "https://pkgs.k8s.io/core:/stable:/v1.36/deb/Release.key").describe(
        "Where its signing key is.",
    ),
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
        containerdPackage: oneWord
            .meta({ examples: ["containerd.io"] })
            .default("containerd.io")
            .describe("Name of containerd's package: of containerd 2.0 or newer."),
        containerdVersion: packageVersion
            .optional()
            .describe(
                "Version of that package, without its revision. Another one reaches one node after another. Default: what the repository has when a host is prepared, which stays.",
            ),
    }),
    z.strictObject({
        source: z
            .literal("bundle")
            .describe("A folder with binaries and images: hosts need no repository and no registry."),
        url: url(["https", "http", "file"], "file:///media/kubeadm-ha/1.36.3").describe(
            "The bundle's folder, as seen from the hosts; holds SHA256SUMS, bin/, cni/ and images/.",
        ),
        sha256: sha256.optional().describe("Digest of the bundle's SHA256SUMS. Required with http://."),
    }),
]);

const cni = z
    .union(
        [
            z.literal("flannel"),
            z.literal("none"),
            z.strictObject({
                manifest: filePath.describe("File (relative to the project) or https:// URL of a manifest."),
            }),
        ],
        { error: 'is neither "flannel" nor "none" nor { manifest: FILE OR URL }' },
    )
    .meta({ examples: [{ manifest: "./calico.yaml" }] });

const network = z.strictObject({
    podSubnet: cidr.default("10.244.0.0/16").describe("Addresses of pods, IPv4."),
    serviceSubnet: cidr
        .meta({ examples: ["10.96.0.0/12"] })
        .default("10.96.0.0/12")
        .describe("Addresses of Services, IPv4."),
    dnsDomain: domain.default("cluster.local").describe("Domain of Services."),
    cni: cni.default("flannel").describe("`flannel`, `none`, or `{ manifest: file or URL }`."),
});

const drain = z.strictObject({
    timeoutSeconds: z
        .int()
        .min(1)
        .max(7200)
        .default(180)
        .describe(
            "How long pods have to go when a node leaves, is upgraded, or is `drained`; PodDisruptionBudgets are honoured.",
        ),
    onTimeout: z
        .enum(["fail", "delete"])
        .default("fail")
        .describe(
            "Pods that are still there then, or that no controller makes again: `fail` stops and names them, `delete` deletes them.",
        ),
});

const upgrade = z.strictObject({
    maxUnavailable: z
        .int()
        .min(1)
        .optional()
        .describe(
            "How many workers are upgraded, or leave, at a time. Default: a tenth of them, at least one. Masters take turns.",
        ),
});

const certificates = z.strictObject({
    renewBeforeDays: z
        .int()
        .min(0)
        .default(30)
        .describe("So long before their end `pulumi up` renews the certificates that kubeadm makes on masters."),
    warnBeforeDays: z
        .int()
        .min(0)
        .default(60)
        .describe(
            "So long before it, and before the end of a CA, `pulumi up` and `pulumi preview` warn. Masters' certificates end a year after they were made, or after certificateValidityPeriod.",
        ),
});

const pki = z.strictObject({
    generation: z
        .int()
        .min(1)
        .default(1)
        .describe(
            "Which CAs and service-account key are the cluster's: the first, or those that a rotation has ended with.",
        ),
    rotate: z
        .enum(["trust", "sign"])
        .optional()
        .describe(
            "Phase of a rotation: `trust` makes the next generation and trusts it beside the present one, `sign` signs everything with it. Then leave `rotate` out and count `generation` up: the old one is dropped.",
        ),
    external: externalCa
        .optional()
        .describe("CAs of your own, whose keys Pulumi never sees. For a new cluster; a living one keeps its CAs."),
});

const passThrough = z.record(z.string(), z.unknown());

/** What a stack file says under `kubeadm-ha:cluster`. */
export const clusterConfig = z.strictObject({
    kubernetesVersion: kubernetesVersion.describe(
        `Kubernetes version of the whole cluster, 1.x.y; x is ${oldestMinor} to ${newestMinor}.`,
    ),
    endpoint: hostAndPort
        .optional()
        .describe("kubeadm's controlPlaneEndpoint, host:port. Default: the load balancer's address and port."),
    ssh: ssh
        .meta({ examples: [{ user: "ops", knownHosts: "./known_hosts" }] })
        .prefault({})
        .describe("How hosts are reached; each host can differ."),
    loadBalancer: loadBalancer
        .meta({ examples: [{ host: "192.0.2.10" }] })
        .optional()
        .describe("Host that becomes the load balancer. Without it, `endpoint` names one of your own."),
    masters: z
        .array(node)
        .min(1)
        .describe("Control-plane nodes. Order means nothing once the cluster exists.")
        .meta({ examples: [[{ name: "m1", host: "192.0.2.11" }]] }),
    initMaster: nodeName
        .meta({ examples: ["m2"] })
        .optional()
        .describe(
            "Master that runs `kubeadm init`. Default: the first of `masters` when the stack is created; the state records it. Set it in two cases only: if that host will not come back and the cluster does not exist yet (switch that host off, or reset it, before); or to a running master, if an error says so. Remove it afterwards.",
        ),
    workers: z
        .array(node)
        .default([])
        .describe("Worker nodes.")
        .meta({ examples: [[{ name: "w1", host: "192.0.2.21" }]] }),
    etcd: etcd.prefault({ topology: "stacked" }).describe("Where the cluster keeps its state."),
    network: network.prefault({}).describe("Cluster networks."),
    drain: drain.prefault({}).describe("How pods are moved away from a node."),
    upgrade: upgrade.prefault({}).describe("How another `kubernetesVersion` reaches the nodes."),
    certificates: certificates.prefault({}).describe("When the masters' certificates are renewed."),
    pki: pki.prefault({}).describe("The CAs and the key that signs service-account tokens, and their rotation."),
    packages: packages
        .prefault({ source: "apt" })
        .describe("Where hosts get containerd, kubeadm, kubelet and images from."),
    containerd: passThrough.default({}).describe("Merged into containerd's config.toml (version 3)."),
    kubeadm: kubeadm.prefault({}).describe("kubeadm's own configuration, passed through."),
});

/** How many of the masters are in use: the stack's `kubeadm-ha:masterCount`. */
export const masterCount = z
    .int()
    .min(1)
    .meta({ examples: [3] });

/** A cluster as a person writes it: defaults left out. */
export type ClusterConfig = z.input<typeof clusterConfig>;
/** The same with every default filled in. */
export type CompleteClusterConfig = z.output<typeof clusterConfig>;
export type NodeConfig = CompleteClusterConfig["masters"][number];
export type LoadBalancerConfig = NonNullable<CompleteClusterConfig["loadBalancer"]>;
export type EtcdConfig = CompleteClusterConfig["etcd"];
export type ExternalEtcdConfig = Extract<EtcdConfig, { topology: "external" }>;
export type EtcdHostConfig = ExternalEtcdConfig["hosts"][number];
export type UpgradeConfig = CompleteClusterConfig["upgrade"];
export type PkiConfig = CompleteClusterConfig["pki"];
export type ExternalCaConfig = NonNullable<PkiConfig["external"]>;
export type DrainConfig = CompleteClusterConfig["drain"];
export type SshConfig = CompleteClusterConfig["ssh"];
export type BastionConfig = NonNullable<SshConfig["bastion"]>;
