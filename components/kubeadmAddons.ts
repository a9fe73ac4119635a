import type { remote } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import type { JoiningMaster } from "./joiningMaster";
import { addonSettings } from "./kubeadmConfiguration";
import { shortDigest } from "./shortDigest";

export interface KubeadmAddonsArgs {
    cluster: string;
    plan: ClusterPlan;
    /** Whichever has joined: it is only where the step runs. */
    on: JoiningMaster;
    /** All masters have the cluster's version and settings. */
    after: pulumi.Resource[];
}

/**
 * CoreDNS and kube-proxy, which `kubeadm init` has made, follow the cluster's version and settings when all masters have
 * them, and before the first worker does. In a cluster that was taken over only kubeadm's own upgrade changes them.
 */
export function followKubeadmAddons(
    { cluster, plan, on, after }: KubeadmAddonsArgs,
    opts: pulumi.CustomResourceOptions,
): remote.Command[] {
    if (plan.adopted) {
        return [];
    }
    const digest = shortDigest(addonSettings(plan));
    const step = on.host.stepOfLiving(
        `${cluster}-kubeadm-addons`,
        `follow-addons ${plan.kubernetesVersion} ${digest}`,
        { ...opts, dependsOn: [...after, ...(on.joined ? [on.joined] : [])] },
    );
    return [step];
}
