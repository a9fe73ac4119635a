import type { KubernetesObject } from "./manifest";

const version = "v0.28.4";
const flannelImage = `ghcr.io/flannel-io/flannel:${version}`;
const cniPluginImage = "ghcr.io/flannel-io/flannel-cni-plugin:v1.9.1-flannel1";

const namespace = "kube-flannel";
const labels = { app: "flannel" };

export interface FlannelSettings {
    /** The cluster's pod network. */
    podSubnet: string;
    /** Whether hosts have the CNI plugin "flannel" in /opt/cni/bin already, as the bundle brings it. */
    pluginOnHosts: boolean;
}

/** flannel with VXLAN, as its own documentation deploys it (https://github.com/flannel-io/flannel). */
export function flannel({ podSubnet, pluginOnHosts }: FlannelSettings): KubernetesObject[] {
    return [
        {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "privileged" } },
        },
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "flannel", namespace } },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "flannel" },
            rules: [
                { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
                { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
                { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch"] },
            ],
        },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: { name: "flannel" },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "flannel" },
            subjects: [{ kind: "ServiceAccount", name: "flannel", namespace }],
        },
        {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "kube-flannel-cfg", namespace, labels },
            data: {
                "cni-conf.json": JSON.stringify(cniConfiguration, null, 2),
                "net-conf.json": JSON.stringify(
                    { Network: podSubnet, EnableNFTables: false, Backend: { Type: "vxlan" } },
                    null,
                    2,
                ),
            },
        },
        daemonSet(pluginOnHosts),
    ];
}

const cniConfiguration = {
    name: "cbr0",
    cniVersion: "0.3.1",
    plugins: [
        { type: "flannel", delegate: { hairpinMode: true, isDefaultGateway: true } },
        { type: "portmap", capabilities: { portMappings: true } },
    ],
};

function daemonSet(pluginOnHosts: boolean): KubernetesObject {
    return {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: { name: "kube-flannel-ds", namespace, labels },
        spec: {
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    hostNetwork: true,
                    priorityClassName: "system-node-critical",
                    tolerations: [{ operator: "Exists", effect: "NoSchedule" }],
                    serviceAccountName: "flannel",
                    initContainers: [...(pluginOnHosts ? [] : [installPlugin]), installConfiguration],
                    containers: [flanneld],
                    volumes: [
                        hostPath("run", "/run/flannel"),
                        hostPath("cni-plugin", "/opt/cni/bin"),
                        hostPath("cni", "/etc/cni/net.d"),
                        { name: "flannel-cfg", configMap: { name: "kube-flannel-cfg" } },
                        { name: "xtables-lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } },
                    ],
                },
            },
        },
    };
}

const installPlugin = {
    name: "install-cni-plugin",
    image: cniPluginImage,
    command: ["cp", "-f", "/flannel", "/opt/cni/bin/flannel"],
    volumeMounts: [{ name: "cni-plugin", mountPath: "/opt/cni/bin" }],
};

const installConfiguration = {
    name: "install-cni",
    image: flannelImage,
    command: ["cp", "-f", "/etc/kube-flannel/cni-conf.json", "/etc/cni/net.d/10-flannel.conflist"],
    volumeMounts: [
        { name: "cni", mountPath: "/etc/cni/net.d" },
        { name: "flannel-cfg", mountPath: "/etc/kube-flannel/" },
    ],
};

const flanneld = {
    name: "kube-flannel",
    image: flannelImage,
    command: ["/opt/bin/flanneld"],
    args: ["--ip-masq", "--kube-subnet-mgr"],
    resources: { requests: { cpu: "100m", memory: "50Mi" } },
    securityContext: { privileged: false, capabilities: { add: ["NET_ADMIN", "NET_RAW"] } },
    env: [
        { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
        { name: "EVENT_QUEUE_DEPTH", value: "5000" },
    ],
    volumeMounts: [
        { name: "run", mountPath: "/run/flannel" },
        { name: "flannel-cfg", mountPath: "/etc/kube-flannel/" },
        { name: "xtables-lock", mountPath: "/run/xtables.lock" },
    ],
};

function hostPath(name: string, path: string): { name: string; hostPath: { path: string } } {
    return { name, hostPath: { path } };
}
