import type * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import type { ClusterNode } from "./clusterNode";
import type { Pki } from "./pki";
import { servingNodes } from "./servingNodes";

export interface ServingCertificatesArgs {
    cluster: string;
    plan: ClusterPlan;
    pki: Pki;
    /** A master, whichever has joined: it is only where the step runs. */
    on: ClusterNode;
    workers: ClusterNode[];
}

/**
 * Kubelets that ask the cluster for serving certificates (`serverTLSBootstrap`) get them as soon as they have joined. Masters
 * sign their own.
 */
export function approveServingCertificates(args: ServingCertificatesArgs, opts: pulumi.CustomResourceOptions): void {
    const { cluster, plan, pki, on, workers } = args;
    const asking = servingNodes(
        plan,
        workers.map(({ config }) => config),
    );
    if (asking.length === 0) {
        return;
    }
    const files = pki.administratorFiles(plan.endpoint).apply((administrator) => [...administrator, ...asking]);
    on.host.stepNamed(`${cluster}-serving-certificates`, "approve-serving-certificates", files, {
        ...opts,
        dependsOn: [on, ...workers].flatMap(({ joined, maintained }) => [joined ?? [], maintained ?? []].flat()),
    });
}
