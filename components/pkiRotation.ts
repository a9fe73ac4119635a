import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import type { Adoption } from "./adoption";
import { adoptedPki, type CaPair, externalPki, madePki, type PkiSource, type TokenKey } from "./pkiSource";

/**
 * What all masters share now. While it is rotated, the next generation is trusted beside the present one, and signs in the
 * second phase: whoever trusts both is served by those that have taken the phase and by those that have not
 * (https://kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/).
 */
export function presentPki(
    name: string,
    plan: ClusterPlan,
    adoption: Adoption | undefined,
    opts: pulumi.CustomResourceOptions,
): PkiSource {
    const { generation, rotate, external } = plan.pki;
    if (external) {
        return externalPki(name, external, plan, opts);
    }
    const present = adoption ? adoptedPki(name, adoption, opts) : madePki(name, generation, plan, opts);
    if (!rotate) {
        return present;
    }
    const next = madePki(name, generation + 1, plan, opts);
    return rotate === "trust" ? trusting(present, next) : trusting(next, present);
}

/** The one, which signs, with the other trusted beside it. */
function trusting(one: PkiSource, other: PkiSource): PkiSource {
    return {
        kubernetesCa: trustingCa(one.kubernetesCa, other.kubernetesCa),
        etcdCa: one.etcdCa && trustingCa(one.etcdCa, other.etcdCa as CaPair),
        frontProxyCa: trustingCa(one.frontProxyCa, other.frontProxyCa),
        serviceAccount: trustingKey(one.serviceAccount, other.serviceAccount),
    };
}

function trustingCa(one: CaPair, other: CaPair): CaPair {
    return { ...one, trusted: bundle(one.certificate, other.certificate) };
}

function trustingKey(one: TokenKey, other: TokenKey): TokenKey {
    return { ...one, trusted: bundle(one.publicKey, other.publicKey) };
}

/** Several PEM texts as one. */
function bundle(...texts: pulumi.Output<string>[]): pulumi.Output<string> {
    return pulumi.all(texts).apply((known) => known.map((text) => `${text.trimEnd()}\n`).join(""));
}
