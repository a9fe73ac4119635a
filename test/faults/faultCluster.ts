import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { merge } from "../../config/merge";
import type { ClusterConfig } from "../../config/schema";
import { earlierVersions } from "../../toolchain/kubernetes/releases";
import { LabCluster } from "../support/labCluster";
import { giveDisk } from "./disk";
import { EngineRun } from "./engineRun";
import { HostTrace } from "./hostTrace";
import { type ClusterState, loadBalancer, spareMasters, worker } from "./operations";

const [{ kubernetes: earlierVersion }] = earlierVersions;
const ofEarlierVersion: Partial<ClusterConfig> = {
    kubernetesVersion: earlierVersion,
    packages: { source: "bundle", url: `file:///media/kubeadm-ha/${earlierVersion}` },
};

/** An argument of the API servers and of etcd, and a setting of the kubelets. */
const otherSettings: NonNullable<ClusterConfig["kubeadm"]> = {
    clusterConfiguration: {
        apiServer: { extraArgs: [{ name: "default-not-ready-toleration-seconds", value: "299" }] },
        etcd: { local: { extraArgs: [{ name: "snapshot-count", value: "9999" }] } },
    },
    kubeletConfiguration: { maxPods: 99 },
};

/** Time limit of an undisturbed `pulumi up`, and of one that repairs. */
export const upLimitSeconds = 1200;

/** The cluster of the fault tests: goes from state to state, and is made anew when nobody knows its state. */
export class FaultCluster {
    private cluster?: LabCluster;

    /** `name`: of its lab and of its stack. */
    constructor(private readonly name: string) {}

    /** What the cluster consists of. Undefined: hosts without a cluster, or hosts that are not to be trusted. */
    state?: ClusterState;
    /** UID of the namespace kube-system: tells one founding from another. */
    private founding?: string;
    /** Names of the ConfigMaps that have been written so far. */
    private readonly written: string[] = [];

    get hosts(): string[] {
        return [loadBalancer, ...spareMasters, worker];
    }

    get lab() {
        return this.inUse().lab;
    }

    get stack() {
        return this.inUse().stack;
    }

    trace(host: string): HostTrace {
        return new HostTrace(this.lab, host);
    }

    inUse(): LabCluster {
        if (!this.cluster) {
            throw new Error("there is no cluster yet");
        }
        return this.cluster;
    }

    /** Brings the cluster, without any fault, to a state; undefined: hosts as new. */
    async bringTo(state: ClusterState | undefined): Promise<void> {
        const wouldGoBack = state?.earlier && !this.state?.earlier;
        if (!this.cluster || state === undefined || wouldGoBack) {
            await this.makeHosts();
        }
        if (state) {
            this.declare(state);
            await this.up();
            await this.settle(state);
        }
    }

    declare(state: ClusterState): void {
        const cluster = this.inUse();
        const config = cluster.config(state.masters, [worker], state.earlier ? ofEarlierVersion : {});
        const { loadBalancer: balancer, kubeadm = {} } = config;
        cluster.stack.configure({
            cluster: {
                ...config,
                ...(balancer && { loadBalancer: { ...balancer, idleTimeoutHours: state.idleTimeoutHours } }),
                kubeadm: state.settings ? merge(kubeadm, otherSettings) : kubeadm,
            },
        });
    }

    /** One `pulumi up --yes` that must succeed. */
    async up(): Promise<EngineRun> {
        const run = new EngineRun(this.stack);
        const status = await run.statusWithin(upLimitSeconds, "pulumi up");
        if (status !== 0) {
            throw new Error(`pulumi up ended with status ${status}:\n${run.output}`);
        }
        return run;
    }

    /** From here on the cluster is known to be in this state, and must keep what is in it. */
    async settle(state: ClusterState): Promise<void> {
        const cluster = this.inUse();
        // After a fault in one's own etcd, kubelet may take a while until it has started it again.
        await Promise.all(state.masters.map((master) => this.ready(master)));
        await cluster.consistsOf(state.masters, [worker]);
        this.state = state;
        this.founding ??= this.uid();
    }

    /** An API server is ready only when its own etcd member is. */
    private async ready(master: string): Promise<void> {
        const asked = "curl --silent --insecure --fail --max-time 3 --output /dev/null https://127.0.0.1:6443/readyz";
        const { status } = await this.lab.ssh(master, `timeout 120 sh -c 'until ${asked}; do sleep 1; done'`, {
            check: false,
        });
        if (status !== 0) {
            throw new Error(`the API server of ${master} has not been ready for 2 minutes`);
        }
    }

    /** Writes an object that has to be there for as long as the cluster is. */
    write(): void {
        const name = `kept-${this.written.length}`;
        this.inUse().kubectl("create", "configmap", name);
        this.written.push(name);
    }

    /** What is wrong with the data: another founding, or objects that are gone. */
    dataLost(): string[] {
        const uid = this.uid();
        const there = new Set(this.inUse().kubectl("get", "configmaps", "--output=name").split("\n"));
        const gone = this.written.filter((name) => !there.has(`configmap/${name}`));
        return [
            ...(this.founding && this.founding !== uid
                ? [`the cluster was founded again (kube-system has UID ${uid})`]
                : []),
            ...(gone.length > 0 ? [`objects are gone: ${gone.join(", ")}`] : []),
        ];
    }

    /** For a person who looks into what went wrong: what the engine said and what each host has logged. */
    async keepEvidence(folder: string, words: string): Promise<void> {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "what.txt"), words);
        for (const host of this.inUse().hostsOn()) {
            const { stdout } = await this.lab.ssh(
                host,
                "tail -n 150 /var/log/kubeadm-ha/*.log; journalctl --no-pager -n 150 -u kubelet -u containerd",
                { check: false },
            );
            writeFileSync(join(folder, `${host}.txt`), stdout);
        }
    }

    async remove(): Promise<void> {
        const { cluster } = this;
        this.cluster = undefined;
        this.state = undefined;
        this.founding = undefined;
        this.written.length = 0;
        await cluster?.remove();
    }

    private async makeHosts(): Promise<void> {
        await this.remove();
        this.cluster = new LabCluster(this.name);
        // Only on a lab that lives can hosts be given disks.
        await this.lab.up([loadBalancer]);
        for (const host of this.hosts) {
            giveDisk(this.lab, host);
        }
        await this.lab.up(this.hosts);
        await Promise.all(this.hosts.map((host) => this.trace(host).install()));
    }

    private uid(): string {
        return this.inUse().kubectl("get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}");
    }
}
