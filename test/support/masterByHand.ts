import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { kubeadmPath } from "../../toolchain/locate";

const libraries = join(__dirname, "..", "..", "hosts", "lib");

const apiServer = `apiVersion: v1
kind: Pod
spec:
  containers:
  - command:
    - kube-apiserver
    - --advertise-address=192.0.2.11
    - --client-ca-file=/etc/kubernetes/pki/ca.crt
    - --oidc-issuer-url=https://id.example.com
    - --secure-port=6443
`;

const etcd = `spec:
  containers:
  - command:
    - etcd
    - --data-dir=/var/lib/etcd
`;

/** What kubectl tells of the cluster; a test changes some of it. */
export interface ToldByCluster {
    nodes?: string;
    health?: string;
    dead?: string;
    version?: string;
    /** The node that kubelet's certificate is of. */
    kubelet?: string;
    clusterConfiguration?: string;
    kubeletConfiguration?: string;
}

export const clusterConfiguration = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
networking:
  dnsDomain: cluster.local
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
apiServer:
  certSANs: [old-name.example.com]
  extraArgs: [{name: oidc-issuer-url, value: "https://id.example.com"}]
`;

const kubeletConfiguration = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {cacheTTL: 0s, enabled: true}, x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}}
authorization: {mode: Webhook, webhook: {cacheAuthorizedTTL: 0s, cacheUnauthorizedTTL: 0s}}
cgroupDriver: systemd
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
maxPods: 97
staticPodPath: /etc/kubernetes/manifests
rotateCertificates: true
`;

/**
 * The folders of a master that kubeadm has made, in a temporary folder, for the functions of hosts/lib/inspection.sh and
 * adoption.sh. Its cluster is a stand-in; kubeadm, kubectl and openssl are real.
 */
export class MasterByHand {
    readonly folder = mkdtempSync(join(tmpdir(), "master-by-hand-"));
    private static template?: string;

    constructor() {
        cpSync(MasterByHand.make(), this.folder, { recursive: true });
    }

    static removeTemplate(): void {
        if (MasterByHand.template) {
            rmSync(MasterByHand.template, { recursive: true });
            MasterByHand.template = undefined;
        }
    }

    /** The certificates are made once. */
    private static make(): string {
        if (MasterByHand.template) {
            return MasterByHand.template;
        }
        const folder = mkdtempSync(join(tmpdir(), "master-by-hand-"));
        const write = (file: string, content: string) => {
            mkdirSync(dirname(join(folder, file)), { recursive: true });
            writeFileSync(join(folder, file), content);
        };
        const { status, stderr } = spawnSync(
            kubeadmPath(),
            [
                "init",
                "phase",
                "certs",
                "all",
                "--cert-dir",
                join(folder, "kubernetes", "pki"),
                "--apiserver-advertise-address=192.0.2.11",
                "--apiserver-cert-extra-sans=old-name.example.com,192.0.2.99",
                "--kubernetes-version=v1.36.3",
            ],
            { encoding: "utf8" },
        );
        if (status !== 0) {
            throw new Error(stderr);
        }
        write("kubernetes/manifests/kube-apiserver.yaml", apiServer);
        write("kubernetes/manifests/etcd.yaml", etcd);
        for (const file of ["admin", "kubelet"]) {
            write(`kubernetes/${file}.conf`, "    server: https://192.0.2.11:6443\n");
        }
        write("memory/nodes", "master m1 adopted\nmaster m2 new\nworker w1\n");
        MasterByHand.template = folder;
        return folder;
    }

    /** What is printed: words for the person as "says …", a refusal as "refuses …" and "advises …". */
    run(script: string, told: ToldByCluster = {}, settings = ""): { status: number; output: string } {
        const file = (name: string, content: string) => {
            writeFileSync(join(this.folder, name), content);
            return join(this.folder, name);
        };
        const answers = {
            nodes: file(
                "nodes",
                told.nodes ?? "m1 master True containerd://2.3.3\nw1 worker True containerd://2.3.3\n",
            ),
            ClusterConfiguration: file("cluster", told.clusterConfiguration ?? clusterConfiguration),
            kubelet: file("kubelet", told.kubeletConfiguration ?? kubeletConfiguration),
        };
        const words = `
            set -euo pipefail
            export STEP_LIB="${libraries}" STEP_LOG=/dev/null
            export KUBERNETES_FOLDER="${this.folder}/kubernetes" MEMORY_FOLDER="${this.folder}/memory" BEFORE_FOLDER="${this.folder}/before"
            export PATH="${dirname(kubeadmPath())}:$PATH"
            . "$STEP_LIB/wait.sh"
            . "$STEP_LIB/adoption.sh"
            NODE_NAME=m1 ADDRESS=192.0.2.11 KUBERNETES_VERSION=1.36.3 ENDPOINT=192.0.2.10:6443 ROLE=master
            ${settings}
            say() { echo "says $*"; }
            die() { echo "refuses $1"; echo "advises $2"; exit 1; }
            log_line() { :; }
            run() { "$@" >/dev/null; }
            nodes() { cat "${answers.nodes}"; }
            member_health() { echo "${told.health ?? "https://192.0.2.11:2379 is healthy"}"; }
            dead_members() { echo "${told.dead ?? ""}"; }
            kubelet_name() { echo "${told.kubelet ?? "m1"}"; }
            kubelet() { echo "Kubernetes v1.36.3"; }
            crictl() { :; }
            systemctl() { :; }
            kube_here() { echo '  "gitVersion": "${told.version ?? "v1.36.3"}",'; }
            config_map() {
                case $1 in
                    kubeadm-config) cat "${answers.ClusterConfiguration}" ;;
                    kubelet-config) cat "${answers.kubelet}" ;;
                    *) return 1 ;;
                esac
            }
            ${script}`;
        const { status, stdout, stderr } = spawnSync("bash", ["-c", words], { encoding: "utf8" });
        if (stderr) {
            throw new Error(stderr);
        }
        return { status: status ?? 1, output: stdout.replaceAll(this.folder, "/etc").trim() };
    }

    remove(): void {
        rmSync(this.folder, { recursive: true });
    }
}
