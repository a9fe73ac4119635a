import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import type { ClusterConfig } from "../../config/schema";
import { Lab } from "../../lab/lab";
import { kubectlPath, pieceFolder } from "../../toolchain/locate";
import { leftByVersion010 } from "./earlierState";
import { TestStack } from "./stack";
import { Writer, type WriterReport } from "./writer";

/** A cluster on hosts of a lab of its own: the dev stack's configuration with that lab's addresses and keys. */
export class LabCluster {
    readonly lab: Lab;
    readonly stack: TestStack;
    private stateOfKubeconfig?: string;

    constructor(name: string) {
        this.lab = Lab.open(name);
        this.stack = new TestStack(name);
    }

    /** The stack's configuration with these masters and workers. */
    config(masters: string[], workers: string[], changes: Partial<ClusterConfig> = {}): ClusterConfig {
        const file = readFileSync(join(__dirname, "..", "..", "Pulumi.dev.yaml"), "utf8");
        const dev = parse(file).config["kubeadm-ha:cluster"] as ClusterConfig;
        const labels = new Map(dev.workers?.map((worker) => [worker.name, worker.labels]));
        const at = (name: string) => ({ name, host: this.lab.host(name).address, labels: labels.get(name) ?? {} });
        return {
            ...dev,
            ssh: {
                privateKeyFile: join(this.lab.folder, "id_ed25519"),
                knownHosts: join(this.lab.folder, "known_hosts"),
            },
            loadBalancer: { host: this.lab.host("lb").address },
            masters: masters.map(at),
            workers: workers.map(at),
            ...changes,
        };
    }

    /** The stack's kubeconfig output as a file. The engine is asked again only when the state has changed. */
    kubeconfigFile(): string {
        const file = join(this.stack.folder, "kubeconfig");
        const state = this.stack.stateFile();
        if (state !== this.stateOfKubeconfig) {
            writeFileSync(file, this.stack.output("kubeconfig"), { mode: 0o600 });
            this.stateOfKubeconfig = state;
        }
        return file;
    }

    /**
     * Does something to the cluster while a client writes and watches all the time. No request may fail, and nothing that
     * was written may be lost or stay unseen.
     */
    async underWrites(change: () => unknown): Promise<WriterReport> {
        const writer = await Writer.start(this.kubeconfigFile());
        let report: WriterReport;
        try {
            await change();
        } finally {
            report = await writer.stop();
        }
        assert.deepEqual(report.failures, []);
        assert.ok(report.watchesComplete, "a watch has missed an object");
        const kept = new Set(this.kubectl("get", "configmaps", "--output=name").split("\n"));
        assert.deepEqual(
            report.written.filter((name) => !kept.has(`configmap/${name}`)),
            [],
            "objects that were written and are gone",
        );
        console.log(`      (${report.written.length} writes, the slowest took ${report.slowest} ms)`);
        return report;
    }

    /** kubectl with the stack's kubeconfig output. Throws with its words when it fails. */
    kubectl(...args: string[]): string {
        const { status, stdout, stderr } = spawnSync(kubectlPath(), ["--kubeconfig", this.kubeconfigFile(), ...args], {
            encoding: "utf8",
        });
        if (status !== 0) {
            throw new Error(`kubectl ${args.join(" ")} ended with status ${status}:\n${stderr}`);
        }
        return stdout.trim();
    }

    /** kubectl apply of this manifest. */
    apply(manifest: string): void {
        const file = join(this.stack.folder, "manifest.yaml");
        writeFileSync(file, manifest);
        this.kubectl("apply", "--filename", file);
    }

    /** Waits until all nodes are Ready, and returns their names. */
    readyNodes(): string[] {
        this.kubectl("wait", "--for=condition=Ready", "nodes", "--all", "--timeout=180s");
        return this.kubectl("get", "nodes", "--output=jsonpath={.items[*].metadata.name}").split(" ").sort();
    }

    /** The versions that nodes' kubelets are of, each once: "v1.36.3". */
    kubeletVersions(): string[] {
        const versions = this.kubectl("get", "nodes", "--output=jsonpath={.items[*].status.nodeInfo.kubeletVersion}");
        return [...new Set(versions.split(" "))];
    }

    /** Masters, etcd members and back ends are these and no others, and with these workers they are the Nodes, all Ready. */
    async consistsOf(masters: string[], workers: string[]): Promise<void> {
        assert.deepEqual(this.readyNodes(), [...masters, ...workers].sort());
        assert.deepEqual(
            await this.etcdMembers(masters[0]),
            masters.map((name) => `${name} started`),
        );
        assert.deepEqual(
            await this.backEnds(),
            masters.map((name) => `${this.lab.host(name).address}:6443`),
        );
    }

    /** Members of etcd as one of them tells: "m1 started", "m2 learner" … */
    async etcdMembers(from: string): Promise<string[]> {
        const members = (await this.etcdctl(from, "member list"))
            .trim()
            .split("\n")
            .map((line) => line.split(", "));
        return members
            .map(([, state, name, , , learner]) => `${name} ${learner === "true" ? "learner" : state}`)
            .sort();
    }

    /** What etcdctl says in the container of a host's member. */
    async etcdctl(host: string, words: string): Promise<string> {
        const pki = "/etc/kubernetes/pki/etcd";
        const { stdout } = await this.lab.ssh(
            host,
            `crictl exec $(crictl ps --name '^etcd$' --quiet) etcdctl --endpoints https://127.0.0.1:2379 --cacert ${pki}/ca.crt` +
                ` --cert ${pki}/healthcheck-client.crt --key ${pki}/healthcheck-client.key ${words}`,
        );
        return stdout;
    }

    /** host:port of the load balancer's back ends. */
    async backEnds(): Promise<string[]> {
        const { stdout } = await this.lab.ssh(
            "lb",
            "sed -n 's/^ *server \\([0-9.:]*\\) .*/\\1/p' /etc/kubeadm-ha/nginx.conf",
        );
        return stdout.trim().split("\n").sort();
    }

    /**
     * `pulumi up` during which a step is killed, on its host, as soon as it says these words. Its processes of other programs
     * live on, as they do when a connection breaks. Returns what was said.
     */
    async upCutOff(host: string, step: string, words: string): Promise<string> {
        const log = `/var/log/kubeadm-ha/${step}.log`;
        const watching = this.lab.ssh(host, "timeout 1200 bash -s", {
            check: false,
            stdin: `
                mkdir -p /var/log/kubeadm-ha && touch ${log}
                size=$(wc -c <${log})
                until tail -c +$((size + 1)) ${log} | grep -qF "${words}"; do sleep 0.02; done
                pkill -KILL -f '^bash /usr/local/lib/kubeadm-ha/steps/${step}.sh'`,
        });
        const { status, output } = await this.stack.upWatched();
        assert.notEqual(status, 0, output);
        const watched = await Promise.race([watching, sleep(10_000)]);
        assert.equal(watched?.status, 0, `It was not cut off at "${words}", but ended like this:\n${output}`);
        return output;
    }

    /** All hosts lose their power, and have it back after so many seconds. */
    async loseAllPower(seconds: number): Promise<void> {
        const hosts = this.hostsOn();
        for (const host of hosts) {
            await this.lab.crash(host);
        }
        await sleep(seconds * 1000);
        for (const host of hosts) {
            await this.lab.start(host);
        }
    }

    /** The names of the hosts that are switched on. */
    hostsOn(): string[] {
        return this.lab
            .status()
            .filter(({ on }) => on)
            .map(({ name }) => name);
    }

    /** How many SSH logins these hosts have accepted so far, the one that asks included. */
    async logins(hosts: string[]): Promise<number> {
        const counts = hosts.map(async (name) => {
            const { stdout } = await this.lab.ssh(name, "journalctl --quiet --unit ssh --grep '^Accepted' | wc -l");
            return Number(stdout);
        });
        return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    }

    /**
     * kubeadm's own end-to-end suite. Two of its specs want a live bootstrap token, and by design there is none: one is made
     * for the run and revoked after it.
     */
    async kubeadmSuite(master: string): Promise<{ status: number; output: string }> {
        const kubeadm = (words: string) =>
            this.lab.ssh(master, `kubeadm token ${words} --kubeconfig /etc/kubernetes/admin.conf`);
        const { stdout: token } = await kubeadm("create --ttl 5m");
        try {
            const suite = join(pieceFolder("kubernetes-e2e"), "e2e_kubeadm.test");
            const args = [
                "--kubeconfig",
                this.kubeconfigFile(),
                "--ginkgo.skip=copy-certs",
                "--ginkgo.no-color",
                "--report-dir=",
            ];
            const { status, stdout, stderr } = spawnSync(suite, args, { cwd: this.stack.folder, encoding: "utf8" });
            return { status: status ?? 1, output: stdout + stderr };
        } finally {
            await kubeadm(`delete ${token.trim()}`);
        }
    }

    /** State and hosts become as version 0.1.0, with another command plugin, would have left them. */
    async leaveAsVersion010(): Promise<void> {
        this.stack.import(leftByVersion010(this.stack.export("--show-secrets")));
        for (const host of this.hostsOn()) {
            await this.lab.ssh(host, "rm -rf /var/lib/kubeadm-ha/cluster-id /var/lib/kubeadm-ha/serves-joined-masters");
        }
    }

    async remove(): Promise<void> {
        await this.lab.down();
        this.stack.remove();
    }
}
