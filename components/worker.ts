import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { ClusterNode, type ClusterNodeArgs } from "./clusterNode";
import { workerScripts } from "./hostScripts";
import { kubeletSettings, workerJoinConfiguration } from "./kubeadmConfiguration";

/** A worker node: three resources and no component, because there may be thousands. It gets no key but its own. */
export class Worker extends ClusterNode {
    constructor(args: ClusterNodeArgs, { parent }: ComponentResourceOptions) {
        super(args, {
            role: "worker",
            parent,
            scripts: workerScripts(args.plan.packages.source),
            joinConfiguration: workerJoinConfiguration(args.plan, args.host),
            settings: kubeletSettings(args.plan),
            identity: args.pki.newNodeKubeconfig(args.host.name, args.plan.endpoint),
            // The identity is another one in every run.
            ignoreChanges: ["stdin"],
        });
    }
}
