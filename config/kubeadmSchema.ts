import { z } from "zod";

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
            external: owned("etcd runs on the masters; an external etcd is not built yet"),
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

const kubeletConfiguration = z.looseObject({
    apiVersion: theProgram,
    kind: theProgram,
    cgroupDriver: owned("containerd is set up with systemd's cgroups"),
    clusterDomain: owned("cluster.network.dnsDomain decides it"),
    containerRuntimeEndpoint: owned("containerd is set up by the program, and its socket is containerd's own"),
    failSwapOn: z.boolean().optional(),
});

const kubeProxyConfiguration = z.looseObject({
    apiVersion: theProgram,
    kind: theProgram,
    clusterCIDR: owned("cluster.network.podSubnet decides it"),
    hostnameOverride: owned("each node has its own name"),
});

/** `kubeadm` of the cluster. */
export const kubeadm = z.strictObject({
    clusterConfiguration: clusterConfiguration.default({}).describe("ClusterConfiguration (v1beta4)."),
    kubeletConfiguration: kubeletConfiguration.default({}).describe("KubeletConfiguration of every node."),
    kubeProxyConfiguration: kubeProxyConfiguration.default({}).describe("KubeProxyConfiguration."),
    ignorePreflightErrors: z
        .array(text)
        .default([])
        .describe("kubeadm's preflight errors to ignore, on init and join.")
        .meta({ examples: [["NumCPU"]] }),
});
