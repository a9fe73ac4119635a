import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { ClusterNode, type ClusterNodeArgs } from "./clusterNode";
import { workerJoinConfiguration } from "./kubeadmConfiguration";
import { workerType } from "./nodeTypes";

/** A worker node. It gets no key but its own. */
export class Worker extends ClusterNode {
    constructor(args: ClusterNodeArgs, opts: ComponentResourceOptions) {
        const kind = { role: "worker" as const, joinConfiguration: workerJoinConfiguration(args.plan, args.host) };
        super(workerType, args, kind, opts);
    }
}
