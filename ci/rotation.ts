import { isKept } from "./nodeFate";
import { isRenewalClock, type Part } from "./part";
import type { PlannedResource } from "./plan";

const selfSigned = "tls:index/selfSignedCert:SelfSignedCert";
const request = "tls:index/certRequest:CertRequest";
const signed = "tls:index/locallySignedCert:LocallySignedCert";

/** A phase of a rotation of the CAs (pki.rotate, pki.generation), as a plan shows it. */
export type Phase =
    | "trusts new CAs"
    | "signs with other CAs"
    | "drops former CAs"
    | "signs with CAs that nobody trusts yet";

/** Undefined where the plan takes no phase. */
export function phaseOf(part: Part): Phase | undefined {
    const kept = keptByAll(part);
    const made = kept.some((one) => isOf(one, selfSigned) && one.operation === "create");
    const signedAnew = part.resources.some((one) => isOf(one, signed) && !isKept(one));
    if (made) {
        return signedAnew ? "signs with CAs that nobody trusts yet" : "trusts new CAs";
    }
    if (signedAnew) {
        return "signs with other CAs";
    }
    return isGeneration(kept) && kept.every(({ operation }) => operation === "delete") ? "drops former CAs" : undefined;
}

/** Whether all is there that every generation has (components/pkiSource.ts); a part of it never goes alone. */
function isGeneration(resources: PlannedResource[]): boolean {
    const ofAll = /-(kubernetes-ca|front-proxy-ca|service-account-key)((?:-\d+)?)$/;
    const found = new Set(resources.flatMap(({ name }) => ofAll.exec(name)?.slice(1).join("") ?? []));
    const generations = new Set([...found].map((name) => name.replace(/^.*[a-z]/, "")));
    return generations.size === 1 && found.size === 3;
}

/**
 * The PKI without what may go: certificates follow the CAs that sign them, and a generation of CAs goes by itself when
 * another has taken its place.
 */
export function withoutWhatMayGo(part: Part): Part {
    const componentStays = !part.component || isKept(part.component);
    const drops = componentStays && phaseOf(part) === "drops former CAs";
    return { ...part, resources: drops ? [] : keptByAll(part) };
}

/** CAs and keys, which all of the cluster goes by: not what is made from them again at any time. */
function keptByAll({ resources }: Part): PlannedResource[] {
    const isMadeAgain = (one: PlannedResource) => isRenewalClock(one) || isOf(one, request) || isOf(one, signed);
    return resources.filter((one) => !isMadeAgain(one) && !one.name.endsWith("-spread-trust"));
}

function isOf({ types }: PlannedResource, type: string): boolean {
    return types.at(-1) === type;
}
