import { z } from "zod";
import { textOrFile } from "./textOrFile";

/**
 * kubeadm's own configuration, API v1beta4, as far as a person sets it: the fields are kubeadm's, and kubeadm's reference
 * describes them (https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/). Fields that another setting
 * decides are refused with the reason. kubeadm itself only warns of a field that it does not know; here it is a mistake.
 */

/** A field that cannot be set, because something else decides it: completes "cannot be set here: …". */
function owned(by: string) {
    return z.never({ error: `cannot be set here: ${by}` }).optional();
}

const theProgram = owned("kubeadm-ha writes the one that fits");

const text = z.string().min(1);

/** A duration as Go writes it. */
const duration = z
    .string()
    .regex(/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/, "is not a duration of hours, minutes and seconds")
    .meta({ examples: ["4m0s"] });

const argument = z.strictObject({
    name: z
        .string()
        .regex(
            /^[a-zA-Z0-9][-a-zA-Z0-9_.]*$/,
            "is not the name of a flag as kubeadm wants it: without the dashes, and nothing after it",
        )
        .meta({ examples: ["v"] }),
    value: z.string(),
});

const argumentsOf = z
    .array(argument)
    .optional()
    .meta({ examples: [[{ name: "v", value: '"4"' }]] });

const environment = z
    .array(
        z.strictObject({
            name: text,
            value: z.string().optional(),
            valueFrom: z.record(z.string(), z.unknown()).optional(),
        }),
    )
    .optional()
    .meta({ examples: [[{ name: "GOGC", value: '"50"' }]] });

const volumes = z
    .array(
        z.strictObject({
            name: text,
            hostPath: text,
            mountPath: text,
            readOnly: z.boolean().optional(),
            pathType: z
                .enum([
                    "",
                    "DirectoryOrCreate",
                    "Directory",
                    "FileOrCreate",
                    "File",
                    "Socket",
                    "CharDevice",
                    "BlockDevice",
                ])
                .optional(),
        }),
    )
    .optional()
    .meta({ examples: [[{ name: "audit", hostPath: "/var/log/audit", mountPath: "/var/log/audit" }]] });

const component = { extraArgs: argumentsOf, extraVolumes: volumes, extraEnvs: environment };

const alternativeNames = z
    .array(text)
    .optional()
    .meta({ examples: [["api.example.com"]] });

const image = { imageRepository: text.optional(), imageTag: text.optional() };

const timeouts = z
    .strictObject({
        controlPlaneComponentHealthCheck: duration.optional(),
        kubeletHealthCheck: duration.optional(),
        kubernetesAPICall: duration.optional(),
        etcdAPICall: duration.optional(),
        tlsBootstrap: duration.optional(),
        discovery: duration.optional(),
        upgradeManifests: duration.optional(),
    })
    .optional();

const clusterConfiguration = z.strictObject({
    apiVersion: theProgram,
    kind: theProgram,
    kubernetesVersion: owned("cluster.kubernetesVersion decides it"),
    controlPlaneEndpoint: owned("cluster.endpoint decides it"),
    networking: owned("cluster.network decides it"),
    certificatesDir: owned("the PKI is always in kubeadm's own place, /etc/kubernetes/pki"),
    caCertificateValidityPeriod: owned("the CAs are made by Pulumi, not by kubeadm"),
    apiServer: z.strictObject({ ...component, certSANs: alternativeNames }).optional(),
    controllerManager: z.strictObject(component).optional(),
    scheduler: z.strictObject(component).optional(),
    etcd: z
        .strictObject({
            external: owned("cluster.etcd decides where etcd is"),
            local: z
                .strictObject({
                    ...image,
                    dataDir: owned("it is always kubeadm's own place, /var/lib/etcd"),
                    extraArgs: argumentsOf,
                    extraEnvs: environment,
                    serverCertSANs: alternativeNames,
                    peerCertSANs: alternativeNames,
                })
                .optional(),
        })
        .optional(),
    dns: z.strictObject({ ...image, disabled: z.boolean().optional() }).optional(),
    proxy: z.strictObject({ disabled: z.boolean().optional() }).optional(),
    imageRepository: text.optional(),
    featureGates: z
        .record(z.string(), z.boolean())
        .optional()
        .meta({ examples: [{ NodeLocalCRISocket: true }] }),
    clusterName: text.optional(),
    encryptionAlgorithm: z.enum(["RSA-2048", "RSA-3072", "RSA-4096", "ECDSA-P256", "ECDSA-P384"]).optional(),
    certificateValidityPeriod: duration.optional(),
});

/** NodeRegistrationOptions, but for what each level does with preflight errors. */
const nodeRegistrationFields = {
    name: owned("the name of the host is the name of the Node"),
    criSocket: owned("containerd is set up by the program, and its socket is containerd's own"),
    taints: owned("taints of the host (cluster.masters[].taints, cluster.workers[].taints) are the place"),
    kubeletExtraArgs: argumentsOf,
    imagePullPolicy: z.enum(["Always", "IfNotPresent", "Never"]).optional(),
    imagePullSerial: z.boolean().optional(),
};

/** How every node registers. */
const nodeRegistration = z.strictObject({
    ...nodeRegistrationFields,
    ignorePreflightErrors: owned("cluster.kubeadm.ignorePreflightErrors is the place"),
});

/** How one node registers. */
const nodeRegistrationOfHost = z.strictObject({
    ...nodeRegistrationFields,
    ignorePreflightErrors: z
        .array(text)
        .optional()
        .meta({ examples: [["NumCPU"]] }),
});

const initAndJoin = {
    apiVersion: theProgram,
    kind: theProgram,
    dryRun: owned("'pulumi preview' shows what would be done"),
    patches: owned("cluster.kubeadm.patches brings patches to the hosts, and their directory with them"),
    skipPhases: z
        .array(text)
        .optional()
        .meta({ examples: [["addon/kube-proxy"]] }),
    timeouts,
};

const ownNodeRegistration = owned(
    "cluster.kubeadm.nodeRegistration and that of a host are the places, for init and join alike",
);
const localApiEndpoint = owned(
    "nodeIp of the master decides the address, and the port is 6443, where the load balancer expects it",
);
const certificateKey = owned("masters get their certificates from Pulumi, not from a Secret in the cluster");

const initConfiguration = z.strictObject({
    ...initAndJoin,
    nodeRegistration: ownNodeRegistration,
    localAPIEndpoint: localApiEndpoint,
    bootstrapTokens: owned("hosts join with certificates of their own, so that no token is left behind"),
    certificateKey,
});

const joinConfiguration = z.strictObject({
    ...initAndJoin,
    nodeRegistration: ownNodeRegistration,
    controlPlane: localApiEndpoint,
    caCertPath: owned("the PKI is always in kubeadm's own place, /etc/kubernetes/pki"),
    discovery: owned("hosts find the cluster with certificates of their own"),
});

const kubeletConfiguration = z.looseObject({
    apiVersion: theProgram,
    kind: theProgram,
    cgroupDriver: owned("containerd is set up with systemd's cgroups"),
    clusterDomain: owned("cluster.network.dnsDomain decides it"),
    containerRuntimeEndpoint: owned("containerd is set up by the program, and its socket is containerd's own"),
    failSwapOn: z.boolean().optional(),
    serverTLSBootstrap: z.boolean().optional(),
});

const kubeProxyConfiguration = z.looseObject({
    apiVersion: theProgram,
    kind: theProgram,
    clusterCIDR: owned("cluster.network.podSubnet decides it"),
    hostnameOverride: owned("each node has its own name"),
});

/** What kubeadm takes for a patch file (kubeadm, app/util/patches); files of other names it leaves aside. */
const patchName =
    /^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubeletconfiguration|corednsdeployment)([^.+/\s]*)(\+(strategic|merge|json))?\.(yaml|json)$/;

const patches = z
    .record(
        z
            .string()
            .regex(
                patchName,
                "is not the name of a patch file, TARGET[SUFFIX][+TYPE].yaml or .json: TARGET is etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubeletconfiguration or corednsdeployment, TYPE is strategic, merge or json",
            )
            .meta({ examples: ["kube-apiserver0+merge.yaml"] }),
        textOrFile("a patch").meta({ examples: [{ file: "./kube-apiserver.yaml" }] }),
    )
    .default({});

const files = z
    .record(
        z
            .string()
            .regex(/^[A-Za-z0-9][\w.-]*$/, "is not the name of a file: letters, digits, '-', '_' and '.'")
            .meta({ examples: ["audit-policy.yaml"] }),
        textOrFile("a file").meta({ examples: [{ file: "./audit-policy.yaml" }] }),
    )
    .default({});

/** `kubeadm` of the cluster. */
export const kubeadm = z.strictObject({
    clusterConfiguration: clusterConfiguration.default({}).describe("ClusterConfiguration (v1beta4)."),
    initConfiguration: initConfiguration
        .default({})
        .describe("InitConfiguration: `skipPhases` and `timeouts` of the founding."),
    joinConfiguration: joinConfiguration
        .default({})
        .describe("JoinConfiguration: `skipPhases` and `timeouts` of every join."),
    nodeRegistration: nodeRegistration
        .default({})
        .describe("NodeRegistrationOptions of every node: `kubeletExtraArgs`, `imagePullPolicy`, `imagePullSerial`."),
    kubeletConfiguration: kubeletConfiguration.default({}).describe("KubeletConfiguration of every node."),
    kubeProxyConfiguration: kubeProxyConfiguration.default({}).describe("KubeProxyConfiguration."),
    patches: patches.describe("kubeadm's patch files by name, each as text or `{ file: PATH }`. They hold no secrets."),
    files: files.describe(
        "Files for the control plane's arguments to name (an audit policy, say), as text or `{ file: PATH }`: on masters they are in `/etc/kubernetes/files`. They hold no secrets.",
    ),
    ignorePreflightErrors: z
        .array(text)
        .default([])
        .describe("kubeadm's preflight errors to ignore, on init, join and upgrade.")
        .meta({ examples: [["NumCPU"]] }),
});

/** `kubeadm` of a host: laid over that of the cluster. */
export const kubeadmOfHost = z.strictObject({
    nodeRegistration: nodeRegistrationOfHost
        .default({})
        .describe("NodeRegistrationOptions of this node; `ignorePreflightErrors` too."),
    joinConfiguration: joinConfiguration.default({}).describe("JoinConfiguration of this node's join."),
    patches: patches.describe("Patch files of this node; one of the cluster with the same name is replaced."),
});
