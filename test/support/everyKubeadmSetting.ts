import { join } from "node:path";
import type { ClusterConfig } from "../../config/schema";
import { smallCluster } from "./examples";

/** The small cluster with every setting of kubeadm in use, on the cluster and on its first master and its worker. */
export function everyKubeadmSetting(): ClusterConfig {
    const [m1, ...masters] = smallCluster().masters;
    const [w1] = smallCluster().workers ?? [];
    const verbose = [{ name: "v", value: "4" }];
    const component = {
        extraArgs: verbose,
        extraVolumes: [
            {
                name: "extra",
                hostPath: "/srv/extra",
                mountPath: "/extra",
                readOnly: true,
                pathType: "DirectoryOrCreate" as const,
            },
        ],
        extraEnvs: [{ name: "GOGC", value: "50" }],
    };
    const image = { imageRepository: "registry.example.com/k8s", imageTag: "v1.0.0" };
    const timeouts = {
        controlPlaneComponentHealthCheck: "6m0s",
        kubeletHealthCheck: "5m0s",
        kubernetesAPICall: "2m0s",
        etcdAPICall: "3m0s",
        tlsBootstrap: "6m0s",
        discovery: "7m0s",
        upgradeManifests: "8m0s",
    };
    return smallCluster({
        masters: [
            {
                ...m1,
                taints: [{ key: "example.com/dedicated", value: "api", effect: "NoSchedule" }],
                kubeadm: {
                    nodeRegistration: {
                        kubeletExtraArgs: [
                            { name: "v", value: "6" },
                            { name: "node-labels", value: "example.com/rack=1" },
                        ],
                        ignorePreflightErrors: ["Mem"],
                    },
                    patches: { "kube-apiserver0+merge.yaml": "spec:\n  priority: 1\n" },
                },
            },
            ...masters,
        ],
        workers: [
            {
                ...w1,
                kubeadm: {
                    nodeRegistration: { imagePullPolicy: "Never", imagePullSerial: false },
                    joinConfiguration: { timeouts: { discovery: "1m0s" } },
                    patches: { "kubeletconfiguration1+strategic.yaml": "maxPods: 50\n" },
                },
            },
        ],
        kubeadm: {
            clusterConfiguration: {
                apiServer: { ...component, certSANs: ["api.example.org", "198.51.100.1"] },
                controllerManager: {
                    ...component,
                    extraArgs: [
                        { name: "node-cidr-mask-size-ipv4", value: "25" },
                        { name: "feature-gates", value: "A=true" },
                        { name: "feature-gates", value: "B=true" },
                    ],
                },
                scheduler: component,
                etcd: {
                    local: {
                        ...image,
                        extraArgs: [{ name: "quota-backend-bytes", value: "8589934592" }],
                        extraEnvs: [{ name: "GOGC", value: "50" }],
                        serverCertSANs: ["etcd.example.com"],
                        peerCertSANs: ["etcd.example.com"],
                    },
                },
                dns: { ...image, disabled: false },
                proxy: { disabled: false },
                imageRepository: "registry.example.com/k8s",
                featureGates: { NodeLocalCRISocket: true },
                clusterName: "prod",
                encryptionAlgorithm: "ECDSA-P256",
                certificateValidityPeriod: "4380h0m0s",
            },
            initConfiguration: { skipPhases: ["addon/kube-proxy"], timeouts },
            joinConfiguration: { skipPhases: ["preflight"], timeouts },
            nodeRegistration: { kubeletExtraArgs: verbose, imagePullPolicy: "IfNotPresent", imagePullSerial: true },
            kubeletConfiguration: { maxPods: 200, serializeImagePulls: false },
            kubeProxyConfiguration: { mode: "nftables", conntrack: { maxPerCore: 0 } },
            patches: {
                "kube-apiserver0+merge.yaml": "spec:\n  priority: 2\n",
                "kube-scheduler+json.yaml":
                    '- { op: add, path: "/metadata/labels/example.com~1team", value: platform }\n',
                "kubeletconfiguration.yaml": { file: join(__dirname, "kubelet-patch.yaml") },
            },
            files: { "audit-policy.yaml": "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: Metadata }]\n" },
            ignorePreflightErrors: ["NumCPU", "Mem"],
        },
    });
}
