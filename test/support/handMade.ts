import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { flannel } from "../../components/flannel";
import { newestVersion } from "../../toolchain/kubernetes/releases";
import { projectFolder } from "../../toolchain/projectState";
import type { LabCluster } from "./labCluster";

/** As in the benchmark against a script: what a person installs before kubeadm. */
const prepareScript = join(projectFolder, "bench", "by-hand", "prepare-host.sh");
const ignored = "--ignore-preflight-errors=SystemVerification";

export interface HandMadeOptions {
    /** controlPlaneEndpoint, host:port. Default: none, as `kubeadm init` without a configuration has it. */
    endpoint?: string;
    /** Further masters, joined with an uploaded certificate. */
    masters?: string[];
    workers?: string[];
    /** Default: the newest that there is a bundle of. */
    kubernetesVersion?: string;
}

/** A cluster as a person makes it with kubeadm alone, on hosts of a lab. */
export class HandMadeCluster {
    constructor(
        private readonly cluster: LabCluster,
        private readonly first: string,
    ) {}

    async make({ endpoint, masters = [], workers = [], kubernetesVersion }: HandMadeOptions): Promise<void> {
        const { lab } = this.cluster;
        const version = kubernetesVersion ?? newestVersion.kubernetes;
        const prepare = (role: "master" | "worker") => (host: string) =>
            lab.ssh(host, `bash -s ${role} /media/kubeadm-ha/${version}`, {
                stdin: readFileSync(prepareScript, "utf8"),
            });
        await Promise.all([...[this.first, ...masters].map(prepare("master")), ...workers.map(prepare("worker"))]);
        await lab.ssh(this.first, "cat > /root/init.yaml", { stdin: initYaml(version, endpoint) });
        const upload = masters.length > 0 ? "--upload-certs" : "";
        await lab.ssh(this.first, `kubeadm init --config /root/init.yaml ${ignored} ${upload} > /root/init.log 2>&1`);
        const objects = flannel({ podSubnet: "10.244.0.0/16", pluginOnHosts: true });
        await this.apply(objects.map((object) => stringify(object)).join("---\n"));
        const { stdout: joinCommand } = await lab.ssh(
            this.first,
            "kubeadm token create --print-join-command 2>/dev/null",
        );
        for (const master of masters) {
            const { stdout: key } = await lab.ssh(
                this.first,
                "grep -o 'certificate-key [0-9a-f]*' /root/init.log | head -n 1",
            );
            await lab.ssh(master, `${joinCommand.trim()} --control-plane --${key.trim()} ${ignored}`);
        }
        await Promise.all(workers.map((worker) => lab.ssh(worker, `${joinCommand.trim()} ${ignored}`)));
        await this.kubectl("wait --for=condition=Ready nodes --all --timeout=180s");
    }

    /** kubectl on the first master, as its administrator. */
    async kubectl(words: string, stdin?: string): Promise<string> {
        const { stdout } = await this.cluster.lab.ssh(
            this.first,
            `kubectl --kubeconfig /etc/kubernetes/admin.conf ${words}`,
            { stdin },
        );
        return stdout.trim();
    }

    async apply(manifest: string): Promise<void> {
        await this.kubectl("apply --filename -", manifest);
    }

    /** The administrator's kubeconfig, led elsewhere, as a file of JSON. */
    async kubeconfigFile(name: string, server: string): Promise<string> {
        const { stdout } = await this.cluster.lab.ssh(this.first, "cat /etc/kubernetes/admin.conf");
        const kubeconfig = parse(stdout);
        kubeconfig.clusters[0].cluster.server = `https://${server}`;
        const file = join(this.cluster.stack.folder, name);
        writeFileSync(file, JSON.stringify(kubeconfig), { mode: 0o600 });
        return file;
    }
}

function initYaml(version: string, endpoint?: string): string {
    const documents = [
        {
            apiVersion: "kubeadm.k8s.io/v1beta4",
            kind: "ClusterConfiguration",
            kubernetesVersion: `v${version}`,
            ...(endpoint ? { controlPlaneEndpoint: endpoint } : {}),
            networking: { podSubnet: "10.244.0.0/16" },
            apiServer: { certSANs: ["old-name.example.com"] },
        },
        {
            apiVersion: "kubelet.config.k8s.io/v1beta1",
            kind: "KubeletConfiguration",
            failCgroupV1: false,
            imageGCHighThresholdPercent: 100,
            evictionHard: {
                "memory.available": "100Mi",
                "nodefs.available": "1Gi",
                "imagefs.available": "1Gi",
                "nodefs.inodesFree": "1%",
            },
        },
        {
            apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
            kind: "KubeProxyConfiguration",
            conntrack: { maxPerCore: 0 },
        },
    ];
    return documents.map((document) => stringify(document)).join("---\n");
}
