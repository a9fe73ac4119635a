import { strict as assert } from "node:assert";
import { merge, type Tree } from "../../config/merge";
import type { ClusterConfig } from "../../config/schema";
import { LabCluster } from "../support/labCluster";

type Kubeadm = NonNullable<ClusterConfig["kubeadm"]>;

describe("settings that change in a living cluster @long", function () {
    this.timeout(1_200_000);
    this.bail(true);

    const masters = ["m1", "m2", "m3"];
    const workers = ["w1"];
    let cluster: LabCluster;

    before(async () => {
        cluster = new LabCluster("settings");
        await cluster.lab.up(["lb", ...masters, ...workers]);
        declare({});
        cluster.stack.upOrThrow();
        await cluster.consistsOf(masters, workers);
    });
    after(() => cluster?.remove());

    const policyOf = (level: string) => `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{ level: ${level} }]\n`;
    const wanted: Kubeadm = {
        files: { "audit-policy.yaml": policyOf("Metadata") },
        clusterConfiguration: {
            apiServer: {
                certSANs: ["api.example.com"],
                extraArgs: [
                    { name: "audit-log-path", value: "/var/log/audit/audit.log" },
                    { name: "audit-policy-file", value: "/etc/kubernetes/files/audit-policy.yaml" },
                ],
                extraVolumes: [
                    {
                        name: "files",
                        hostPath: "/etc/kubernetes/files",
                        mountPath: "/etc/kubernetes/files",
                        readOnly: true,
                    },
                    {
                        name: "audit",
                        hostPath: "/var/log/audit",
                        mountPath: "/var/log/audit",
                        pathType: "DirectoryOrCreate",
                    },
                ],
            },
            controllerManager: { extraArgs: [{ name: "node-monitor-grace-period", value: "39s" }] },
            etcd: {
                local: {
                    extraArgs: [{ name: "snapshot-count", value: "5000" }],
                    peerCertSANs: ["peer.example.com"],
                    serverCertSANs: ["etcd.example.com"],
                },
            },
        },
        kubeletConfiguration: { maxPods: 99 },
        kubeProxyConfiguration: { metricsBindAddress: "127.0.0.1:10249" },
        patches: { "kube-scheduler+merge.yaml": 'metadata: { annotations: { example.com/patched: "yes" } }\n' },
    };

    it("reach every node by one pulumi up, and no request fails", async () => {
        declare(wanted);
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        await cluster.consistsOf(masters, workers);
        for (const master of masters) {
            const { stdout } = await cluster.lab.ssh(master, "cat /etc/kubernetes/manifests/*.yaml");
            assert.match(stdout, /--audit-log-path=\/var\/log\/audit\/audit\.log/, master);
            assert.match(stdout, /--node-monitor-grace-period=39s/, master);
            assert.match(stdout, /--snapshot-count=5000/, master);
            assert.match(stdout, /example\.com\/patched: "yes"/, master);
            const running = await cluster.lab.ssh(master, "pgrep --full --list-full '^(kube-apiserver|etcd) '");
            assert.match(running.stdout, /--audit-log-path/, master);
            assert.match(running.stdout, /--snapshot-count=5000/, master);
            for (const [port, name] of [
                [6443, "api.example.com"],
                [2379, "etcd.example.com"],
                [2380, "peer.example.com"],
            ]) {
                const shown = await cluster.lab.ssh(
                    master,
                    `openssl s_client -connect $(hostname -I | cut -d' ' -f1):${port} </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName`,
                );
                assert.match(shown.stdout, new RegExp(`DNS:${name}`), master);
            }
            assert.deepEqual(await auditedLevels(master), ["Metadata"], master);
        }
        for (const node of [...masters, ...workers]) {
            assert.equal(cluster.kubectl("get", "node", node, "--output=jsonpath={.status.capacity.pods}"), "99", node);
        }
        const kept = cluster.kubectl("--namespace=kube-system", "get", "configmaps", "--output=yaml");
        assert.match(kept, /audit-log-path/);
        assert.match(kept, /maxPods: 99/);
        assert.match(kept, /metricsBindAddress: 127\.0\.0\.1:10249/);
        cluster.kubectl("--namespace=kube-system", "rollout", "status", "daemonset/kube-proxy", "--timeout=180s");
    });

    it("plan nothing afterwards", () => assert.deepEqual(cluster.stack.plan(), []));

    it("tell when certificates end, as early as a person wants to know it", () => {
        declare(wanted, { certificates: { warnBeforeDays: 400 } });
        assert.deepEqual(cluster.stack.plan(), []);
        assert.match(
            cluster.stack.planAsDiff(),
            /warning: m2: the first of its certificates ends at 20.*Z \(in 36\d days\); 'pulumi up' renews them from 30/,
        );
    });

    it("are followed in a file that an argument names, too, and no request fails", async () => {
        declare({ ...wanted, files: { "audit-policy.yaml": policyOf("Request") } });
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        for (const master of masters) {
            assert.deepEqual((await auditedLevels(master)).at(-1), "Request", master);
        }
        declare(wanted);
        cluster.stack.upOrThrow();
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("restart nothing where nothing differs", async () => {
        const restarts = () => restartsOf(["kube-apiserver", "etcd", "kube-scheduler", "kube-controller-manager"]);
        const before = restarts();
        // Makes each node's step run.
        declare(wanted, { drain: { timeoutSeconds: 181 } });
        cluster.stack.upOrThrow();
        assert.deepEqual(restarts(), before);
        const { stdout } = await cluster.lab.ssh("m1", "tail -n 30 /var/log/kubeadm-ha/maintain.log");
        assert.match(stdout, /runs Kubernetes 1\.36\.3, as configured/);
    });

    it("are refused by the first master where its control plane does not come up, and those of before are put back", async () => {
        const { apiServer, ...others } = wanted.clusterConfiguration ?? {};
        const extraArgs = [{ name: "audit-log-maxage", value: "many" }];
        declare({ ...wanted, clusterConfiguration: { ...others, apiServer: { ...apiServer, extraArgs } } });
        let said = "";
        await cluster.underWrites(() => {
            const { status, output } = cluster.stack.up();
            assert.notEqual(status, 0);
            said = output;
        });
        assert.match(said, /m1: step maintain failed: the control plane does not become healthy with the settings/);
        assert.match(said, /invalid argument "many" for "--audit-log-maxage"/);
        await cluster.consistsOf(masters, workers);
        const { stdout } = await cluster.lab.ssh("m1", "cat /etc/kubernetes/manifests/kube-apiserver.yaml");
        assert.match(stdout, /--audit-log-path/);
        const untouched = await cluster.lab.ssh("m2", "tail -n 5 /var/log/kubeadm-ha/maintain.log");
        assert.doesNotMatch(untouched.stdout, /audit-log-maxage|other settings/);
    });

    it("that a master does not run with leave nothing behind when they are taken back after a cut", async () => {
        const { apiServer, ...others } = wanted.clusterConfiguration ?? {};
        const extraArgs = [{ name: "audit-log-maxage", value: "many" }];
        declare({ ...wanted, clusterConfiguration: { ...others, apiServer: { ...apiServer, extraArgs } } });
        await cluster.upCutOff("m1", "maintain", "$ systemctl start kubelet");
        declare(wanted);
        const { output } = cluster.stack.upOrThrow();
        assert.match(output, /m1: its control plane is not healthy with the settings of a change that was cut off/);
        await cluster.consistsOf(masters, workers);
        const { stdout } = await cluster.lab.ssh(
            "m1",
            "cat /etc/kubernetes/manifests/kube-apiserver.yaml; ls /var/lib/kubeadm-ha/before-change; nft list tables",
        );
        assert.match(stdout, /--audit-log-path/);
        assert.doesNotMatch(stdout, /audit-log-maxage|^manifests|kubeadm_ha/m);
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("of kubelet are taken back where it does not run with them", async () => {
        declare({ ...wanted, kubeletConfiguration: { maxPods: -5 } });
        const { status, output } = cluster.stack.up();
        assert.notEqual(status, 0);
        assert.match(output, /m1: step maintain failed: kubelet does not run with the settings of the configuration/);
        assert.match(output, /maxPods \(--max-pods\) -5 must not be a negative number/);
        await cluster.consistsOf(masters, workers);
    });

    it("of containerd reach one node after another, and are taken back where it does not run with them", async () => {
        const size = { grpc: { max_recv_message_size: 16_777_217 } };
        const settingsOf = async (host: string) =>
            (await cluster.lab.ssh(host, "grep max_recv /etc/containerd/config.toml")).stdout.trim();
        declareContainerd(size);
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        for (const host of [...masters, ...workers]) {
            assert.equal(await settingsOf(host), "max_recv_message_size = 16777217", host);
        }
        const noProgram = { runtimes: { runc: { options: { BinaryName: "/nowhere/runc" } } } };
        for (const wrong of [
            { grpc: { max_recv_message_size: "large" } },
            // containerd itself runs with it, and no pod does.
            { ...size, plugins: { "io.containerd.cri.v1.runtime": { containerd: noProgram } } },
        ]) {
            declareContainerd(wrong);
            const { status, output } = cluster.stack.up();
            assert.notEqual(status, 0);
            assert.match(output, /m1: step maintain failed: containerd does not run with the settings of the config/);
            await cluster.consistsOf(masters, workers);
            assert.equal(await settingsOf("m1"), "max_recv_message_size = 16777217");
            assert.equal(await settingsOf("m2"), "max_recv_message_size = 16777217");
        }
    });

    it("that a living cluster cannot be given are refused before anything changes", () => {
        declare(wanted, { network: { serviceSubnet: "10.97.0.0/16" } });
        const { status, output } = cluster.stack.up();
        assert.notEqual(status, 0);
        assert.match(output, /the cluster's serviceSubnet is 10\.96\.0\.0\/12, and the configuration makes it 10\.97/);
    });

    it("and so is another address of a master, which its etcd is known by", () => {
        const config = cluster.config(masters, workers);
        const moved = config.masters.map((one) => (one.name === "m2" ? { ...one, nodeIp: "192.0.2.99" } : one));
        declare(wanted, { masters: moved });
        const { status, output } = cluster.stack.up();
        assert.notEqual(status, 0);
        assert.match(
            output,
            /m2: step prepare failed: the cluster knows this host at [\d.]+, and the configuration puts it at 192\.0\.2\.99/,
        );
        assert.match(output, /say 'nodeIp: /);
    });

    for (const [host, words] of [
        ["m1", "its control plane gets other settings"],
        ["m2", "$ systemctl start kubelet"],
        ["m3", "$ kubeadm init phase upload-config"],
        ["w1", "kubelet gets other settings"],
    ]) {
        it(`are cut off on ${host} after "${words}"`, async () => {
            declare(others);
            await cluster.upCutOff(host, "maintain", words);
        });
    }

    it("and one more pulumi up finishes", async () => {
        declare(others);
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        await cluster.consistsOf(masters, workers);
        for (const host of [...masters, ...workers]) {
            const { stdout } = await cluster.lab.ssh(host, "ls /var/lib/kubeadm-ha/before-change; nft list tables");
            assert.doesNotMatch(stdout, /manifests|kubelet\.yaml|kubeadm_ha/, host);
            const { stdout: running } = await cluster.lab.ssh(host, "cat /var/lib/kubelet/config.yaml");
            assert.match(running, /maxPods: 88/, host);
        }
        assert.deepEqual(cluster.stack.plan(), []);
    });

    const others: Kubeadm = {
        clusterConfiguration: { scheduler: { extraArgs: [{ name: "v", value: "1" }] } },
        kubeletConfiguration: { maxPods: 88 },
    };

    function declare(kubeadm: Kubeadm, changes: Partial<ClusterConfig> = {}): void {
        const base = cluster.config(masters, workers, changes);
        // What the lab's kernel needs stays.
        cluster.stack.configure({ cluster: { ...base, kubeadm: merge(base.kubeadm ?? {}, kubeadm) } });
    }

    function declareContainerd(settings: Tree): void {
        const { containerd = {} } = cluster.config(masters, workers);
        declare(wanted, { containerd: merge(containerd, settings) });
    }

    /** How much a master's API server has told of each of the last requests: "Metadata", "Request" …, each once in a row. */
    async function auditedLevels(master: string): Promise<string[]> {
        const { stdout } = await cluster.lab.ssh(
            master,
            'tail -n 5 /var/log/audit/audit.log | grep -o \'"level":"[A-Za-z]*"\' | cut -d\'"\' -f4 | uniq',
        );
        return stdout.trim().split("\n");
    }

    /** "NAME RESTARTS STARTED" of the masters' static pods. */
    function restartsOf(components: string[]): string[] {
        const path =
            '{range .items[*]}{.metadata.name} {.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].state.running.startedAt}{"\\n"}{end}';
        return components.flatMap((component) =>
            cluster
                .kubectl(
                    "--namespace=kube-system",
                    "get",
                    "pods",
                    `--selector=component=${component}`,
                    `--output=jsonpath=${path}`,
                )
                .split("\n"),
        );
    }
});
