import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import type { ExternalEtcdConfig } from "../config/schema";
import { byName } from "./byName";
import type { Ends } from "./certificateWarnings";
import { externalEtcdType } from "./clusterTypes";
import type { DeliveredFile } from "./delivery";
import { etcdEndpoints, memberEndpoint } from "./etcdEndpoints";
import { EtcdMember } from "./etcdMember";
import { InitHost } from "./initHost";
import { initPeers } from "./initPeers";
import type { JoiningMaster } from "./joiningMaster";
import { LostHost } from "./lostHost";
import type { Pki } from "./pki";
import type { SshAccess } from "./sshAccess";

export interface ExternalEtcdArgs {
    cluster: string;
    clusterId: pulumi.Output<string>;
    plan: ClusterPlan;
    access: SshAccess;
    pki: Pki;
    /** The masters, of which each is looked at before etcd is touched: the topology of a living cluster stays. */
    masters: JoiningMaster[];
}

/**
 * etcd on hosts of its own: founded once by its first member, which the others join one after another. What changes in it
 * is then told to one API server after another.
 */
export class ExternalEtcd extends pulumi.ComponentResource {
    private readonly members: EtcdMember[];
    private readonly evicted: LostHost[];

    constructor(
        name: string,
        private readonly args: ExternalEtcdArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(externalEtcdType, name, {}, opts);
        const { cluster, plan, masters, ...rest } = args;
        const child = { parent: this };
        this.members = plan.etcdHosts.map((host) => new EtcdMember({ cluster, plan, host, ...rest }, child));
        const inOrder = byName(this.members);
        inOrder.forEach((member, index) => {
            member.maintain(
                masters.map(({ prepared }) => prepared),
                inOrder[index - 1],
            );
        });
        const founded = this.found(masters);
        this.evicted = this.evict(founded);
        const needed = [founded, ...this.evicted.map(({ forgotten }) => forgotten)];
        inOrder.forEach((member, index) => {
            const before = inOrder[index - 1]?.joined;
            member.join(inOrder, before ? [...needed, before] : needed);
        });
        this.registerOutputs({});
    }

    /** The members that the founding of the cluster waits for. */
    get ready(): remote.Command[] {
        return this.members.flatMap(({ joined }) => joined ?? []);
    }

    /** When the first certificate of each member ends. */
    get certificatesEnd(): pulumi.Output<Ends> {
        return pulumi.output(
            Object.fromEntries(this.members.map((member) => [member.config.name, member.certificatesEnd])),
        );
    }

    /** Tells one API server after another which members there are, then lets those leave that are no longer wanted. */
    serve(masters: JoiningMaster[], gate: pulumi.Resource): void {
        const { plan } = this.args;
        const file = (name: string, lines: string[]): DeliveredFile => ({
            path: `/run/kubeadm-ha/${name}`,
            mode: "0644",
            content: lines.map((line) => `${line}\n`).join(""),
        });
        const lost = plan.lost.filter(({ role }) => role === "etcd").map(memberEndpoint);
        const files = [file("etcd-endpoints", etcdEndpoints(plan) ?? []), file("etcd-lost", lost)];
        const told: remote.Command[] = [];
        for (const { host, joined } of byName(masters)) {
            const needed = [joined as remote.Command, ...this.ready, ...told.slice(-1)];
            told.push(host.step("etcd-endpoints", files, { parent: this, dependsOn: needed }));
        }
        byName(this.members).forEach((member, index, all) => {
            member.leave(all.slice(0, index), gate);
        });
    }

    /** The first member, once in the cluster's life. */
    private found(masters: JoiningMaster[]): remote.Command {
        const { cluster, plan, pki } = this.args;
        const { initHost: chosen } = plan.etcd as ExternalEtcdConfig;
        const initHost = new InitHost(
            `${cluster}-etcd-init-host`,
            { setting: "etcd.initHost", chosen, first: plan.etcdHosts[0].name },
            { parent: this },
        );
        const files = pulumi
            .all([pki.clusterFile, initHost.settings])
            .apply(([clusterFile, settings]) => [clusterFile, settings, initPeers(plan, "etcd")]);
        return initHost.stepOnce(`${cluster}-etcd-found`, "found-etcd", this.members, () => files, {
            parent: this,
            dependsOn: [
                ...this.members.map(({ maintained }) => maintained as remote.Command),
                ...masters.map(({ prepared }) => prepared),
            ],
        });
    }

    private evict(founded: pulumi.Resource): LostHost[] {
        const { cluster, plan } = this.args;
        const [survivor] = this.members;
        return plan.lost
            .filter(({ role }) => role === "etcd")
            .map(
                (host) =>
                    new LostHost(
                        {
                            cluster,
                            host,
                            survivor: survivor.host,
                            step: "forget-etcd",
                            files: [],
                            after: [founded, survivor.prepared],
                        },
                        { parent: this },
                    ),
            );
    }
}
