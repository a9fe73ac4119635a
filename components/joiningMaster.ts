import * as pulumi from "@pulumi/pulumi";
import { nodeAddress } from "../config/nodeAddress";
import type { NodeConfig } from "../config/schema";
import { ClusterNode, type ClusterNodeArgs } from "./clusterNode";
import { masterJoinConfiguration } from "./kubeadmConfiguration";
import type { BackEnd } from "./nginxConfiguration";
import { masterType } from "./nodeTypes";

/** A control-plane node: API server, scheduler, controller manager and etcd member. The founding host is one of them. */
export class JoiningMaster extends ClusterNode {
    readonly backEnd: BackEnd;

    constructor(args: ClusterNodeArgs, opts: pulumi.ComponentResourceOptions) {
        const kind = {
            role: "master" as const,
            joinConfiguration: masterJoinConfiguration(args.plan, args.host),
            joinFiles: pulumi
                .all([args.pki.adminKubeconfigFile(args.plan.endpoint), args.pki.masterFiles])
                .apply((files) => files.flat()),
        };
        super(masterType, args, kind, opts);
        this.backEnd = backEndOf(args.host);
    }
}

/** A master as the load balancer sees it. */
export function backEndOf(master: NodeConfig): BackEnd {
    return { name: master.name, address: nodeAddress(master) ?? master.host };
}
