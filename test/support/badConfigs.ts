import type { ClusterConfig } from "../../config/schema";
import { type BadConfig, host, withSetting } from "./badConfig";
import { badExternalCas } from "./badExternalCas";
import { hostKey, smallCluster } from "./examples";

/** The small cluster with something else in its first master. */
function withMaster(title: string, changes: object): BadConfig {
    const [first, ...others] = smallCluster().masters;
    return withSetting(title, { masters: [{ ...first, ...changes }, ...others] });
}

/** The small cluster with something else in its worker. */
function withWorker(title: string, changes: object): BadConfig {
    return withSetting(title, { workers: [{ ...host("w1", "192.0.2.21"), ...changes }] });
}

function withNetwork(title: string, network: object): BadConfig {
    return withSetting(title, { network });
}

/** A cluster whose first master runs already, with something else in it. */
function withAdopted(title: string, changes: { [Setting in keyof ClusterConfig]?: unknown }): BadConfig {
    const [first, ...others] = smallCluster().masters;
    const masters = [{ ...first, adopt: true }, ...others];
    return withSetting(title, { masters, network: { cni: "none" }, ...changes });
}

function withKubeadm(title: string, kubeadm: object): BadConfig {
    return withSetting(title, { kubeadm });
}

/** Bad configurations by theme: each theme is a golden file in test/golden/mistakes. */
export const badConfigs: Record<string, BadConfig[]> = {
    "wrong-types": [
        { title: "nothing at all", cluster: {} },
        { title: "the cluster is text", cluster: "prod" },
        { title: "the cluster is empty", cluster: null },
        withSetting("one master, not in a list", { masters: { name: "m1", host: "192.0.2.11" } }),
        withSetting("masters as a list of names", { masters: ["m1", "m2"] }),
        withSetting("an empty list of masters", { masters: [] }),
        withSetting("a setting with nothing behind it", { workers: null, ssh: null }),
        withSetting("a version that YAML reads as a number", { kubernetesVersion: 1.36 }),
        withSetting("a port as text", { ssh: { port: "22" } }),
        withSetting("a port with a fraction", { ssh: { port: 22.5 } }),
        withSetting("ports out of range", { ssh: { port: 0 }, loadBalancer: { host: "192.0.2.10", port: 65536 } }),
        withSetting("the load balancer as an address", { loadBalancer: "192.0.2.10" }),
        withMaster("a truth value as text", { lost: "yes" }),
        withMaster("a host without name and address", { name: undefined, host: undefined }),
        withSetting("empty texts", { ssh: { user: "", privateKeyFile: "", knownHosts: "" }, endpoint: "" }),
        withSetting("a private key where its file belongs", {
            ssh: { privateKeyFile: "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n" },
        }),
    ],
    "unknown-settings": [
        withSetting("a letter too many or too few", { mastres: [], kubernetesVersoin: "1.36.3" } as object),
        withSetting("another case", { loadbalancer: { host: "192.0.2.10" } } as object),
        withSetting("a setting in the wrong place", { podSubnet: "10.32.0.0/12", user: "ops" } as object),
        withMaster("a setting that other tools have", { role: "control-plane", ip: "10.0.0.1" }),
        withNetwork("in a mapping below", { podSubnets: "10.32.0.0/12", plugin: "calico" }),
        withSetting("the load balancer misspelt, and so no endpoint", {
            loadBalancer: undefined,
            loadBalancr: { host: "192.0.2.10" },
        } as object),
    ],
    "masters-and-hosts": [
        withSetting("no master in use", {}, 0),
        withSetting("a count that is no whole number", {}, 2.5),
        withSetting("more masters counted than listed", {}, 5),
        withMaster("a name in capitals with a dot", { name: "M1.example" }),
        withMaster("a name that is too long", { name: "m".repeat(64) }),
        withMaster("an address with a port", { host: "192.0.2.11:22" }),
        withMaster("an address that is none", { host: "192.0.2.300" }),
        withMaster("a URL", { host: "ssh://192.0.2.11" }),
        withMaster("a login", { host: "root@192.0.2.11" }),
        withMaster("a name with blanks", { host: "master one" }),
        withMaster("a host key that is none", { hostKey: "SHA256:ohD8VZEXGWo6Ez8GSEJQ9WpafgLFsOfLOtGGQCQo6Og" }),
        withSetting("two hosts of one name", { workers: [host("m1", "192.0.2.21"), host("lb", "192.0.2.22")] }),
        withSetting("two hosts at one address", { workers: [host("w1", "192.0.2.12"), host("w2", "192.0.2.12")] }),
        withSetting("a host that is master and worker", { workers: [host("m2", "192.0.2.12")] }),
        withSetting("two nodes with one nodeIp", {
            workers: [
                { ...host("w1", "w1.example.com"), nodeIp: "192.0.2.11" },
                { ...host("w2", "192.0.2.22"), nodeIp: "192.0.2.21" },
                { ...host("w3", "192.0.2.23"), nodeIp: "192.0.2.21" },
            ],
        }),
        withSetting("two hosts behind one address, without addresses of their own", {
            workers: [host("w1", "198.51.100.1"), { ...host("w2", "198.51.100.1"), ssh: { port: 2222 } }],
        }),
        withMaster("a nodeIp of the wrong family", { nodeIp: "2001:db8::11" }),
        withMaster("an IPv6 host without a nodeIp", { host: "2001:db8::11" }),
        withMaster("a nodeIp that nobody reaches", { nodeIp: "127.0.0.1" }),
        withSetting("all masters lost", { masters: [{ ...host("m1", "192.0.2.11"), lost: true }] }),
        withSetting(
            "a lost master that is not in use",
            { masters: [host("m1", "192.0.2.11"), { ...host("m2", "192.0.2.12"), lost: true }] },
            1,
        ),
    ],
    "labels-and-taints": [
        withWorker("a label's key with a blank", { labels: { "disk type": "ssd" } }),
        withWorker("a label's key with two slashes", { labels: { "example.com/disk/type": "ssd" } }),
        withWorker("a label's domain in capitals", { labels: { "Example.com/disk": "ssd" } }),
        withWorker("a label's value with a slash", { labels: { disk: "dev/sda" } }),
        withWorker("a label's value that YAML reads as a truth value", { labels: { gpu: true } }),
        withWorker("labels as a list", { labels: ["disk=ssd"] }),
        withWorker("a taint as kubectl writes it", { taints: ["gpu=true:NoSchedule"] }),
        withWorker("a taint's effect misspelt", { taints: [{ key: "gpu", effect: "NoShedule" }] }),
        withWorker("a taint without an effect, its key with a slash at the end", { taints: [{ key: "gpu/" }] }),
        withWorker("a taint's value with a blank", { taints: [{ key: "gpu", value: "a b", effect: "NoExecute" }] }),
        withWorker("a taint twice", {
            taints: [
                { key: "gpu", value: "a", effect: "NoExecute" },
                { key: "gpu", value: "b", effect: "NoExecute" },
            ],
        }),
    ],
    networks: [
        withNetwork("no length of the prefix", { podSubnet: "10.244.0.0" }),
        withNetwork("an address inside of the network", { podSubnet: "10.244.0.1/16" }),
        withNetwork("no network", { podSubnet: "10.244.0.0/33", serviceSubnet: "ten" }),
        withNetwork("IPv6", { podSubnet: "fd00:10:244::/56", serviceSubnet: "fd00:10:96::/112" }),
        withNetwork("dual stack", { podSubnet: "10.244.0.0/16,fd00:10:244::/56" }),
        withNetwork("pods and Services overlap", { podSubnet: "10.96.0.0/16" }),
        withSetting("hosts inside of the cluster's networks", {
            network: { podSubnet: "192.0.2.0/24" },
            endpoint: "10.96.0.10:6443",
            loadBalancer: undefined,
            masters: [{ ...host("m1", "198.51.100.11"), nodeIp: "192.0.2.11" }],
            workers: [host("w1", "10.96.1.1")],
        }),
        withNetwork("a service network that is too large", {
            serviceSubnet: "10.0.0.0/11",
            podSubnet: "172.16.0.0/16",
        }),
        withNetwork("a service network that is too small", { serviceSubnet: "10.96.0.0/29" }),
        withNetwork("a pod network that is smaller than a node's", { podSubnet: "10.244.0.0/25" }),
        withNetwork("a pod network for fewer nodes than there are", { podSubnet: "10.244.0.0/23" }),
        withNetwork("a pod network that is too large", { podSubnet: "64.0.0.0/7" }),
        withSetting("a pod network for fewer nodes than there are, with larger nodes", {
            network: { podSubnet: "10.244.0.0/22" },
            kubeadm: {
                clusterConfiguration: {
                    controllerManager: { extraArgs: [{ name: "node-cidr-mask-size-ipv4", value: "23" }] },
                },
            },
        }),
        withNetwork("a domain that is none", { dnsDomain: "Cluster_local" }),
        withNetwork("a network plugin that is none", { cni: "calico" }),
        withNetwork("a network plugin's manifest misspelt", { cni: { manifst: "./calico.yaml" } }),
        withNetwork("a manifest over http", { cni: { manifest: "http://example.com/calico.yaml" } }),
        withNetwork("a manifest that is not there", { cni: { manifest: "./no-such-file.yaml" } }),
    ],
    endpoint: [
        withSetting("neither endpoint nor load balancer", { loadBalancer: undefined }),
        withSetting("no port", { endpoint: "api.example.com" }),
        withSetting("no port, IPv6", { endpoint: "2001:db8::1" }),
        withSetting("the port 0", { endpoint: "api.example.com:0" }),
        withSetting("a port that is too large", { endpoint: "api.example.com:65536" }),
        withSetting("a URL", { endpoint: "https://api.example.com:6443" }),
        withSetting("a host that is none", { endpoint: "api_example:6443" }),
        withSetting("another port than the load balancer's", { endpoint: "192.0.2.10:443" }),
        withSetting("a master, past the load balancer", { endpoint: "192.0.2.11:6443" }),
        withSetting("a worker", { endpoint: "192.0.2.21:6443", loadBalancer: undefined }),
        withSetting("a master's port that is none", { endpoint: "192.0.2.11:443", loadBalancer: undefined }),
        withSetting("the load balancer on a master, on one port", { loadBalancer: { host: "192.0.2.11", hostKey } }),
    ],
    versions: [
        withSetting("with a v", { kubernetesVersion: "v1.36.3" }),
        withSetting("without the last part", { kubernetesVersion: "1.36" }),
        withSetting("a release candidate", { kubernetesVersion: "1.36.0-rc.1" }),
        withSetting("a channel", { kubernetesVersion: "stable" }),
        withSetting("too old", { kubernetesVersion: "1.30.14" }),
        withSetting("too new", { kubernetesVersion: "1.37.0" }),
        withSetting("a repository of another minor", {
            packages: {
                source: "apt",
                kubernetes: {
                    url: "https://pkgs.k8s.io/core:/stable:/v1.35/deb/",
                    keyUrl: "https://pkgs.k8s.io/core:/stable:/v1.35/deb/Release.key",
                },
            },
        }),
    ],
    packages: [
        withSetting("no source", { packages: { url: "file:///media/kubeadm-ha" } }),
        withSetting("a source that is none", { packages: { source: "apk" } }),
        withSetting("settings of the other source", { packages: { source: "apt", url: "file:///media/kubeadm-ha" } }),
        withSetting("a containerd that is too old", { packages: { source: "apt", containerdVersion: "1.7.27" } }),
        withSetting("a bundle over http without its digest", {
            packages: { source: "bundle", url: "http://192.0.2.1/bundle" },
        }),
        withSetting("a bundle as a path, its digest cut", {
            packages: { source: "bundle", url: "/media/kubeadm-ha", sha256: "e3b0c44298fc" },
        }),
        withSetting("a bundle's file with two slashes", {
            packages: { source: "bundle", url: "file://media/kubeadm" },
        }),
        withSetting("a repository without its key, its suite two words", {
            packages: { source: "apt", kubernetes: { url: "ftp://mirror.example.com", suite: "stable main" } },
        }),
    ],
    kubeadm: [
        withKubeadm("fields that other settings decide", {
            clusterConfiguration: {
                kind: "ClusterConfiguration",
                kubernetesVersion: "1.35.0",
                controlPlaneEndpoint: "x:1",
                networking: { podSubnet: "10.0.0.0/16" },
                certificatesDir: "/opt/pki",
                caCertificateValidityPeriod: "1h",
                etcd: { external: {}, local: { dataDir: "/data" } },
            },
            kubeletConfiguration: { kind: "x", cgroupDriver: "cgroupfs", clusterDomain: "x" },
            kubeProxyConfiguration: { clusterCIDR: "10.0.0.0/16" },
        }),
        withKubeadm("fields of init and join that other settings decide", {
            initConfiguration: {
                bootstrapTokens: [{ token: "abcdef.0123456789abcdef" }],
                certificateKey: "c2VjcmV0",
                dryRun: true,
                localAPIEndpoint: { bindPort: 8443 },
                nodeRegistration: { kubeletExtraArgs: [] },
                patches: { directory: "/root/patches" },
            },
            joinConfiguration: {
                discovery: { bootstrapToken: { token: "abcdef.0123456789abcdef" } },
                controlPlane: {},
            },
            nodeRegistration: { name: "x", criSocket: "x", taints: [], ignorePreflightErrors: ["Swap"] },
        }),
        withSetting("a serving certificate for a node whose address is not known", {
            kubeadm: { kubeletConfiguration: { serverTLSBootstrap: true } },
            workers: [host("w1", "w1.example.com"), { ...host("w2", "w2.example.com"), nodeIp: "192.0.2.22" }],
        }),
        withKubeadm("serving certificates that would end before the masters' certificates", {
            kubeletConfiguration: { serverTLSBootstrap: true },
            clusterConfiguration: {
                certificateValidityPeriod: "17520h",
                controllerManager: { extraArgs: [{ name: "cluster-signing-duration", value: "2160h" }] },
            },
        }),
        withMaster("fields of a host that other settings decide", {
            kubeadm: {
                kubeletExtraArgs: [{ name: "v", value: "4" }],
                nodeRegistration: { taints: [], kubeletExtraArgs: [{ name: "node-ip", value: "10.0.0.1" }] },
            },
        }),
        withKubeadm("arguments that other settings decide", {
            clusterConfiguration: {
                apiServer: { extraArgs: [{ name: "secure-port", value: "8443" }] },
                controllerManager: { extraArgs: [{ name: "node-cidr-mask-size", value: "25" }] },
                etcd: { local: { extraArgs: [{ name: "listen-client-urls", value: "http://0.0.0.0:2379" }] } },
            },
        }),
        withKubeadm("arguments as kubeadm's older API had them", {
            clusterConfiguration: { apiServer: { extraArgs: { "feature-gates": "X=true" } } },
        }),
        withKubeadm("an argument with dashes, and a number", {
            clusterConfiguration: { scheduler: { extraArgs: [{ name: "--v", value: 4 }] } },
        }),
        withKubeadm("a node's part of the pod network that is no number", {
            clusterConfiguration: {
                controllerManager: { extraArgs: [{ name: "node-cidr-mask-size-ipv4", value: "/24" }] },
            },
        }),
        withKubeadm("flannel without the nodes' parts of the pod network", {
            clusterConfiguration: {
                controllerManager: { extraArgs: [{ name: "allocate-node-cidrs", value: "false" }] },
            },
        }),
        withKubeadm("a field that kubeadm does not have", {
            clusterConfiguration: { apiserver: {}, dns: { type: "x" } },
        }),
        withKubeadm("a feature gate as text", {
            clusterConfiguration: { featureGates: { NodeLocalCRISocket: "true" } },
        }),
        withKubeadm("an algorithm that is none", { clusterConfiguration: { encryptionAlgorithm: "RSA" } }),
        withKubeadm("a duration that is none", { clusterConfiguration: { certificateValidityPeriod: "1 year" } }),
    ],
    files: [
        withKubeadm("a path as a name", { files: { "/etc/audit/policy.yaml": "rules: []" } }),
        withKubeadm("no text and no file", { files: { "audit-policy.yaml": 5 } }),
        withKubeadm("a file that is not there", { files: { "audit-policy.yaml": { file: "./no-such-file.yaml" } } }),
    ],
    patches: [
        withKubeadm("names that kubeadm would leave aside", {
            patches: {
                "apiserver.yaml": "spec: {}",
                "kube-apiserver+replace.yaml": "spec: {}",
                "etcd.yml": "spec: {}",
            },
        }),
        withKubeadm("no text and no file", { patches: { "etcd.yaml": { path: "./etcd.yaml" }, "etcd.json": 5 } }),
        withKubeadm("a file that is not there", { patches: { "etcd.yaml": { file: "./no-such-file.yaml" } } }),
        withKubeadm("text that is no YAML", { patches: { "etcd.yaml": "spec: [" } }),
        withKubeadm("nothing but a comment", { patches: { "etcd.yaml": "# spec: {}" } }),
        withKubeadm("a patch of the other kind", {
            patches: { "etcd+json.yaml": "spec: {}", "etcd.yaml": "- { op: add, path: /spec, value: {} }" },
        }),
        withWorker("a master's patch for a worker", { kubeadm: { patches: { "kube-apiserver.yaml": "spec: {}" } } }),
    ],
    etcd: [
        withSetting("hosts of their own, and none", { etcd: { topology: "external" } }),
        withSetting("no host", { etcd: { topology: "external", hosts: [] } }),
        withSetting("hosts with stacked members", {
            etcd: { topology: "stacked", hosts: [{ name: "e1", host: "192.0.2.31" }] },
        }),
        withSetting("another word", { etcd: { topology: "outside" } }),
        withSetting("a master's name and address", {
            etcd: { topology: "external", hosts: [host("m1", "192.0.2.31"), host("e2", "192.0.2.12")] },
        }),
        withSetting("a member by its name only", {
            etcd: { topology: "external", hosts: [host("e1", "e1.example.com")] },
        }),
        withSetting("all lost", {
            etcd: { topology: "external", hosts: [{ ...host("e1", "192.0.2.31"), lost: true }] },
        }),
        withSetting("renewed all the time", {
            etcd: {
                topology: "external",
                hosts: [host("e1", "192.0.2.31")],
                certificates: { validityDays: 30 },
            },
        }),
        withSetting("arguments of members on masters, and none there", {
            etcd: { topology: "external", hosts: [host("e1", "192.0.2.31")] },
            kubeadm: { clusterConfiguration: { etcd: { local: { imageTag: "3.6.8-0" } } } },
        }),
        withSetting("one's own, without TLS and without files", {
            etcd: {
                topology: "existing",
                endpoints: ["http://192.0.2.31:2379"],
                caFile: "./no-such-ca.crt",
                certificateFile: "./no-such-client.crt",
            },
        }),
    ],
    "many-at-once": [
        {
            title: "form, comparison and count together",
            cluster: {
                kubernetesVersion: "v1.36.3",
                endpoint: "api.example.com",
                masters: [host("M1", "192.0.2.11"), host("m2", "10.96.0.5"), host("m3", "10.96.0.5")],
                workers: [host("w1", "not a host")],
                network: { podSubnet: "10.244.0.0/25", serviceSubnet: "10.96.0.0" },
            },
            masterCount: 4,
        },
    ],
    adoption: [
        withAdopted("a worker that is adopted", { workers: [{ ...host("w1", "192.0.2.21"), adopt: true }] }),
        withAdopted("a worker that is adopted, and no master", {
            masters: smallCluster().masters,
            workers: [{ ...host("w1", "192.0.2.21"), adopt: true }],
        }),
        withAdopted("an adopted master behind a new one", {
            masters: [host("m1", "192.0.2.11"), { ...host("m2", "192.0.2.12"), adopt: true }],
        }),
        withAdopted("another network add-on than the cluster's own", { network: { cni: "flannel" } }),
        withAdopted("the default network add-on", { network: {} }),
        withAdopted("a manifest of a network add-on", { network: { cni: { manifest: "./package.json" } } }),
        withAdopted("etcd on hosts of its own", {
            etcd: { topology: "external", hosts: [host("e1", "192.0.2.31")] },
        }),
        withAdopted("an adopted master that may be wiped", {
            masters: [{ ...host("m1", "192.0.2.11"), adopt: true, reset: true }],
        }),
        withAdopted("an adopted master that is lost", {
            masters: [
                { ...host("m1", "192.0.2.11"), adopt: true, lost: true },
                { ...host("m2", "192.0.2.12"), adopt: true },
            ],
        }),
        withAdopted("an adoption as text", { masters: [{ ...host("m1", "192.0.2.11"), adopt: "yes" }] }),
    ],
    "external-ca": badExternalCas,
};
