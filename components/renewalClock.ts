import type * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { validityHours } from "../config/certificateValidity";
import type { ClusterPlan } from "../config/clusterPlan";

/**
 * Tells when the certificates that kubeadm makes on masters are due. It is a certificate that nobody uses, valid as long as
 * theirs: shortly before its end Pulumi's tls provider plans a new one, which a preview shows, and a certificate on a master
 * that ends before the new one does is renewed. So no host has to be asked, and no plan is noisy before that.
 */
export class RenewalClock {
    /** When the certificates that are made from now on end, or some time before that: RFC 3339. */
    readonly until: pulumi.Output<string>;
    readonly urn: pulumi.Output<string>;

    constructor(name: string, plan: ClusterPlan, privateKey: pulumi.Input<string>, opts: pulumi.CustomResourceOptions) {
        const clock = new tls.SelfSignedCert(
            name,
            {
                privateKeyPem: privateKey,
                subject: { commonName: "when certificates are renewed" },
                allowedUses: [],
                validityPeriodHours: validityHours(plan),
                earlyRenewalHours: plan.certificates.renewBeforeDays * 24,
            },
            opts,
        );
        this.until = clock.validityEndTime;
        this.urn = clock.urn;
    }
}
