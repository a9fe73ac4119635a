import type * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import type { JoiningMaster } from "./joiningMaster";
import type { Pki } from "./pki";

export interface SpreadTrustArgs {
    cluster: string;
    plan: ClusterPlan;
    pki: Pki;
    /** Whichever has joined: it is only where the step runs. */
    on: JoiningMaster;
    /** All masters have taken the phase of the rotation. */
    after: pulumi.Resource[];
}

/** In each phase of a rotation of the PKI: what lives in the cluster trusts the CAs that its masters trust now. */
export function spreadTrust(args: SpreadTrustArgs): void {
    const { cluster, plan, pki, on, after } = args;
    const { generation, rotate } = plan.pki;
    if (generation === 1 && !rotate) {
        return;
    }
    on.host.stepNamed(`${cluster}-pki-spread-trust`, "spread-trust", pki.administratorFiles(plan.endpoint), {
        parent: pki,
        dependsOn: [...after, ...(on.joined ? [on.joined] : [])],
    });
}
