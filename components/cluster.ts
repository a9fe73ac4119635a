import * as pulumi from "@pulumi/pulumi";
import { type ClusterPlan, planCluster } from "../config/clusterPlan";
import type { ClusterConfig, UpgradeConfig } from "../config/schema";
import type { SshSecrets } from "../config/sshSecrets";
import { newest } from "../config/upgradePolicy";
import { Addons } from "./addons";
import { Adoption } from "./adoption";
import { byName } from "./byName";
import { certificateWarnings, type Ends, lastingCertificateWarnings } from "./certificateWarnings";
import type { ClusterNode } from "./clusterNode";
import { clusterType } from "./clusterTypes";
import { keepSecretsOutOfDebugLog } from "./debugLog";
import { requireEtcdClientKey } from "./etcdClient";
import { ExternalEtcd } from "./externalEtcd";
import { FirstMaster } from "./firstMaster";
import { JoiningMaster } from "./joiningMaster";
import { followKubeadmAddons } from "./kubeadmAddons";
import { LoadBalancer } from "./loadBalancer";
import { LostHost } from "./lostHost";
import { Pki } from "./pki";
import { approveServingCertificates } from "./servingCertificates";
import { spreadTrust } from "./spreadTrust";
import { SshAccess } from "./sshAccess";
import { lanesOf, upgradeOrder } from "./upgradeOrder";
import { Worker } from "./worker";

export interface KubeadmClusterArgs extends ClusterConfig, SshSecrets {
    /** Key of the client certificate for an etcd of one's own (`etcd.topology: existing`), a secret: PEM. */
    etcdClientKey?: pulumi.Input<string>;
    /** How many of the masters are in use, from the head of the list. Default: all. */
    masterCount?: number;
}

/**
 * A highly available kubeadm cluster on hosts reached over SSH. The declared hosts are the cluster: more of them grow it,
 * fewer shrink it, and the same ones change nothing.
 * @throws ConfigError with all mistakes of the configuration, before anything is registered
 */
export class KubeadmCluster extends pulumi.ComponentResource {
    /** host:port of the API servers. */
    readonly endpoint: string;
    /** When the first certificate of each master, and of each member of an etcd on hosts of its own, ends: RFC 3339. */
    readonly certificatesEnd: pulumi.Output<Ends>;
    /** The newest Kubernetes that a master has, "1.36.3": behind the configuration where an upgrade is yet to come. */
    readonly kubernetesVersion: pulumi.Output<string>;
    /** In which order another version of Kubernetes goes through the nodes, in words. */
    readonly upgradeOrder: string;
    /** The administrator's kubeconfig, a secret. */
    readonly kubeconfig: pulumi.Output<string>;

    constructor(name: string, args: KubeadmClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        keepSecretsOutOfDebugLog();
        const { masterCount, etcdClientKey, ...rest } = args;
        const { sshPrivateKey, sshPrivateKeyPassword, sudoPassword, sudoPasswords, ...config } = rest;
        const plan = planCluster(config, masterCount, name);
        requireEtcdClientKey(plan, etcdClientKey);
        const access = new SshAccess(plan, { sshPrivateKey, sshPrivateKeyPassword, sudoPassword, sudoPasswords });
        super(clusterType, name, {}, opts);
        const child = { parent: this };
        for (const warning of plan.warnings) {
            pulumi.log.warn(warning, this);
        }

        const first = new FirstMaster(name, plan, child);
        const { clusterId } = first;
        const adoption = plan.adopted
            ? new Adoption(`${name}-adoption`, { cluster: name, clusterId, plan, access }, child)
            : undefined;
        const pki = new Pki(`${name}-pki`, { plan, etcdClientKey, adoption }, child);
        const host = { cluster: name, clusterId, plan, access, pki };
        const masters = plan.masters.map((master) => new JoiningMaster({ ...host, host: master }, child));
        const workers = plan.workers.map((worker) => new Worker({ ...host, host: worker }, child));
        const loadBalancer =
            plan.loadBalancer &&
            new LoadBalancer(
                { ...host, host: plan.loadBalancer, first: first.backEndOf(masters), after: adoption?.inspected },
                child,
            );

        const etcd =
            plan.etcd.topology === "external"
                ? new ExternalEtcd(`${name}-etcd`, { ...host, masters }, child)
                : undefined;
        for (const master of masters) {
            master.lookAtEtcd(etcd?.ready ?? []);
        }

        const gate = first.init({ masters, pki, loadBalancer });
        const survivor = masters[0];
        const evicted = plan.lost
            .filter(({ role }) => role !== "etcd")
            .map((lost) => {
                const files = pki.administratorFiles(plan.endpoint);
                const after = [gate, survivor.prepared];
                return new LostHost(
                    { cluster: name, host: lost, survivor: survivor.host, step: "forget", files, after },
                    child,
                ).forgotten;
            });
        const mastersInTurn = byName(masters);
        const adopted = mastersInTurn.filter(({ config }) => config.adopt);
        adopted.forEach((master, index) => {
            master.takeTurnAfter(adopted[index - 1]);
        });
        this.mastersTakeTurns(mastersInTurn, workers, gate, evicted);
        const beforeJoins = [...maintainedOf(masters), ...evicted];
        for (const master of mastersInTurn) {
            master.join(gate, beforeJoins);
        }
        const [on] = mastersInTurn;
        const addons = followKubeadmAddons({ cluster: name, plan, on, after: maintainedOf(masters) }, child);
        this.workersTakeTurns(workers, gate, [...maintainedOf(masters), ...addons], plan.upgrade);
        for (const worker of workers) {
            worker.join(gate, beforeJoins);
        }
        spreadTrust({ cluster: name, plan, pki, on, after: maintainedOf(masters) });
        approveServingCertificates({ cluster: name, plan, pki, on, workers }, child);
        loadBalancer?.serve(masters);
        etcd?.serve(masters, gate);

        const ofMasters = pulumi.output(
            Object.fromEntries(masters.map((master) => [master.config.name, master.certificatesEnd])),
        );
        this.certificatesEnd = pulumi
            .all([ofMasters, etcd?.certificatesEnd ?? {}])
            .apply(([masterEnds, memberEnds]) => ({ ...masterEnds, ...memberEnds }));
        this.warnOfCertificates(ofMasters, plan, pki);
        this.kubernetesVersion = pulumi
            .all(masters.map((master) => master.kubernetesVersion))
            .apply((versions) => newest(versions.filter((version) => version !== undefined)) ?? plan.kubernetesVersion);
        this.upgradeOrder = upgradeOrder(plan);
        this.endpoint = plan.endpoint;
        this.kubeconfig = pki.adminKubeconfig(plan.endpoint);
        new Addons(`${name}-addons`, { plan, kubeconfig: this.kubeconfig, gate, masters, workers }, child);
        this.registerOutputs({ endpoint: this.endpoint, kubeconfig: this.kubeconfig });
    }

    private warnOfCertificates(
        ofMasters: pulumi.Output<Ends>,
        { certificates, adopted }: ClusterPlan,
        { lastingEnds, renewalClock }: Pki,
    ): void {
        const warn = (warning: string) => pulumi.log.warn(warning, this);
        pulumi
            .all([ofMasters, renewalClock.urn])
            .apply(([ends, clock]) => certificateWarnings(ends, certificates, clock, adopted).forEach(warn));
        lastingEnds.apply((ends) => lastingCertificateWarnings(ends, certificates.warnBeforeDays).forEach(warn));
    }

    /**
     * Masters are changed one after another, when all hosts have what they need for it. Several that leave do so in the
     * opposite order.
     */
    private mastersTakeTurns(
        mastersInTurn: JoiningMaster[],
        workers: Worker[],
        gate: pulumi.Resource,
        evicted: pulumi.Resource[],
    ): void {
        const staged: pulumi.Resource[] = [];
        for (const master of mastersInTurn) {
            staged.push(master.stage(staged));
        }
        const ready = [...evicted, ...staged, ...workers.map(({ prepared }) => prepared)];
        mastersInTurn.forEach((master, index, all) => {
            master.live(gate, [...ready, ...maintainedOf(all.slice(0, index))]);
        });
    }

    /** Workers are changed after `before`, so many at a time, and leave so, too. */
    private workersTakeTurns(
        workers: Worker[],
        gate: pulumi.Resource,
        before: pulumi.Resource[],
        upgrade: UpgradeConfig,
    ): void {
        byName(workers).forEach((worker, index, all) => {
            const earlier = all[index - lanesOf(upgrade, all.length)];
            worker.live(gate, [...before, ...(earlier ? maintainedOf([earlier]) : [])]);
        });
    }
}

function maintainedOf(nodes: ClusterNode[]): pulumi.Resource[] {
    return nodes.flatMap(({ maintained }) => maintained ?? []);
}
