import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan, LostHostPlan } from "../config/clusterPlan";
import type { ClusterNode } from "./clusterNode";
import { masterType, workerType } from "./nodeTypes";
import type { Pki } from "./pki";

export interface LostHostArgs {
    cluster: string;
    plan: ClusterPlan;
    host: LostHostPlan;
    /** The surviving master that evicts the host. */
    survivor: ClusterNode;
    gate: pulumi.Resource;
    pki: Pki;
}

/**
 * A node that was declared lost. A surviving master removes its etcd member and its Node; nothing connects to the host itself.
 * The steps that would run on it when it leaves are kept in the state, to be dropped without being run.
 */
export class LostHost extends pulumi.ComponentResource {
    /** The cluster has forgotten the host. */
    readonly forgotten: remote.Command;

    constructor({ cluster, plan, host, survivor, gate, pki }: LostHostArgs, opts: pulumi.ComponentResourceOptions) {
        const name = `${cluster}-${host.name}`;
        // The type that the node had: with another one, its steps would be others and the old ones would be run.
        super(host.role === "master" ? masterType : workerType, name, {}, opts);
        for (const step of ["reset", "leave"]) {
            new remote.Command(
                `${name}-${step}`,
                { connection: { host: host.name } },
                { parent: this, ignoreChanges: ["*"], retainOnDelete: true },
            );
        }
        const whom = { path: "/run/kubeadm-ha/forget.conf", mode: "0600", content: `LOST_NODE='${host.name}'\n` };
        const files = pki.adminKubeconfigFile(plan.endpoint).apply((admin) => [whom, ...admin]);
        this.forgotten = survivor.host.stepNamed(`${name}-forget`, "forget", pulumi.secret(files), {
            parent: this,
            dependsOn: [gate, survivor.prepared],
            // Done once; which master did it must not matter later.
            ignoreChanges: ["*"],
        });
        this.registerOutputs({});
    }
}
