import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { nodeAddress } from "../config/nodeAddress";
import { ClusterNode, type ClusterNodeArgs } from "./clusterNode";
import { masterJoinConfiguration } from "./kubeadmConfiguration";
import type { BackEnd } from "./nginxConfiguration";
import { masterType } from "./nodeTypes";

/** A control-plane node: API server, scheduler, controller manager and etcd member. The founding host is one of them. */
export class JoiningMaster extends ClusterNode {
    /** This master as the load balancer sees it. */
    readonly backEnd: BackEnd;

    constructor(args: ClusterNodeArgs, opts: ComponentResourceOptions) {
        const kind = {
            role: "master" as const,
            joinConfiguration: masterJoinConfiguration(args.plan, args.host),
            joinFiles: args.pki.masterFiles,
        };
        super(masterType, args, kind, opts);
        this.backEnd = { name: args.host.name, address: nodeAddress(args.host) ?? args.host.host };
    }
}
