import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import { nodeAddress } from "../config/nodeAddress";
import type { NodeConfig } from "../config/schema";
import type { ClusterNode } from "./clusterNode";
import type { DeliveredFile } from "./delivery";
import type { Host } from "./host";
import { caFiles, type Pki } from "./pki";

/** Which name and address are a node's, for kubelets' serving certificates; nothing where they are to have none. */
export function servingNodes({ adopted, kubeadm }: ClusterPlan, nodes: NodeConfig[]): DeliveredFile[] {
    // A cluster that was taken over keeps its own settings.
    if (adopted || nodes.length === 0 || !kubeadm.kubeletConfiguration.serverTLSBootstrap) {
        return [];
    }
    const content = nodes.map((node) => `${node.name} ${nodeAddress(node)}\n`).join("");
    return [{ path: "/run/kubeadm-ha/serving-nodes", mode: "0644", content }];
}

export interface ServingCertificatesArgs {
    cluster: string;
    plan: ClusterPlan;
    pki: Pki;
    /** A master, whichever: it is only where the step runs. */
    on: Host;
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
    const files = pulumi
        .all([pki.clusterFile, pki.adminKubeconfigFile(plan.endpoint, caFiles.node)])
        .apply(([ca, admin]) => [ca, ...admin, ...asking]);
    on.stepNamed(`${cluster}-serving-certificates`, "approve-serving-certificates", files, {
        ...opts,
        dependsOn: workers.flatMap(({ joined, maintained }) => [joined ?? [], maintained ?? []].flat()),
    });
}
