import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import { adoptionFiles } from "./adoption";
import { foundingType } from "./clusterTypes";
import type { DeliveredFile } from "./delivery";
import type { JoiningMaster } from "./joiningMaster";
import { initConfiguration } from "./kubeadmConfiguration";
import type { LoadBalancer } from "./loadBalancer";
import type { Pki } from "./pki";
import { servingNodes } from "./servingNodes";

export interface FirstMasterArgs {
    plan: ClusterPlan;
    /** The master that runs `kubeadm init`. */
    on: JoiningMaster;
    /** Every master looks at an etcd that is not on the masters before anything is founded. */
    all: JoiningMaster[];
    pki: Pki;
    /** Reaches the founding master before `kubeadm init` needs the endpoint. */
    loadBalancer?: LoadBalancer;
}

/**
 * The founding: the one `kubeadm init` in a cluster's life, or the taking over of a cluster where it was run by hand. It is
 * an act, not a host. Once state knows it, nothing in the configuration can run it again, whichever host it happened on and
 * whether or not that host still exists; it has no delete.
 */
export class FirstMaster extends pulumi.ComponentResource {
    /** What everything later in the cluster's life depends on. */
    readonly gate: remote.Command;

    constructor(
        name: string,
        { plan, on, all, pki, loadBalancer }: FirstMasterArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(foundingType, name, {}, opts);
        const files = pulumi.secret(plan.adopted ? takingOver(plan, pki) : founding(plan, on, pki));
        // One name for both: whatever the configuration says later, a cluster that is there is not founded.
        this.gate = on.host.stepNamed(`${name}-found`, plan.adopted ? "adopt" : "found", files, {
            parent: this,
            dependsOn: [
                on.prepared,
                ...all.flatMap(({ etcdSeen }) => etcdSeen ?? []),
                ...(loadBalancer ? [loadBalancer.firstBackEnd] : []),
            ],
            ignoreChanges: ["*"],
        });
        this.registerOutputs({});
    }
}

function founding(plan: ClusterPlan, on: JoiningMaster, pki: Pki): pulumi.Output<DeliveredFile[]> {
    const init = { path: "/run/kubeadm-ha/init.yaml", mode: "0600", content: initConfiguration(plan, on.config) };
    return pulumi
        .all([pki.clusterFile, pki.masterFiles, on.given ?? [], pki.given?.superAdminFile ?? []])
        .apply(([cluster, ...files]) => [cluster, ...files.flat(), init, ...servingNodes(plan, [on.config])]);
}

function takingOver(plan: ClusterPlan, pki: Pki): pulumi.Output<DeliveredFile[]> {
    return pki.administratorFiles(plan.endpoint).apply((files) => [...files, ...adoptionFiles(plan)]);
}
