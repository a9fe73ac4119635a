import type { ComponentResourceOptions, Resource } from "@pulumi/pulumi";
import type { ClientCertificate } from "./clientCertificate";
import { ClusterNode, type ClusterNodeArgs } from "./clusterNode";
import { HostGroup } from "./hostGroup";
import { workerScripts } from "./hostScripts";
import { kubeletSettings, workerJoinConfiguration } from "./kubeadmConfiguration";
import { workerType } from "./nodeTypes";
import { caFiles } from "./pki";

/** A worker node: three resources and no component, because there may be thousands. It gets no key but its own. */
export class Worker extends ClusterNode {
    constructor(args: ClusterNodeArgs, { parent }: ComponentResourceOptions) {
        const { plan, host, pki } = args;
        const identity = pki.given && workerIdentity(args, parent);
        const given = identity && pki.given?.ofWorker(identity);
        super(args, {
            role: "worker",
            parent,
            scripts: workerScripts(plan.packages.source),
            joinConfiguration: workerJoinConfiguration(plan, host),
            settings: kubeletSettings(plan),
            identity:
                identity?.kubeconfig(plan.endpoint, caFiles.given) ?? pki.newNodeKubeconfig(host.name, plan.endpoint),
            maintainFiles: given && pki.given?.besideOfWorker(given),
            joinFiles: given,
            // The identity is another one in every run.
            joinsOnce: true,
        });
    }
}

/** Where the user has the CA's key, a worker has four resources more: what is signed elsewhere is not signed in every run. */
function workerIdentity({ cluster, host, pki }: ClusterNodeArgs, parent?: Resource): ClientCertificate {
    const group = new HostGroup(workerType, `${cluster}-${host.name}`, { parent });
    return pki.nodeIdentity(host.name, { parent: group });
}
