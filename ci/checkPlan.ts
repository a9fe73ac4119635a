import { externalEtcdType, foundingType, pkiType } from "../components/clusterTypes";
import { etcdMemberType, masterType } from "../components/nodeTypes";
import { unsupported } from "../config/upgradePolicy";
import { isKept, nodeFate } from "./nodeFate";
import type { Part } from "./part";
import type { PlannedResource } from "./plan";
import { phaseOf, withoutWhatMayGo } from "./rotation";
import { upgradeOf } from "./upgrade";

export interface CheckOptions {
    /** Somebody has said that masters, or etcd members, are meant to go. Default: false. */
    allowRemovingMasters?: boolean;
}

/** Why a plan is refused. */
export interface Finding {
    words: string;
    /** The finding is none when `allowRemovingMasters` is set. */
    canBeAllowed: boolean;
}

/**
 * What must not reach `pulumi up` unseen: a master or an etcd member that goes, unless that is allowed; the PKI, the founding
 * or all of an external etcd that goes, and an upgrade that Kubernetes does not support, whatever is allowed. Everything else
 * passes.
 * @returns the reasons to refuse the plan; none when it passes
 */
export function checkPlan(parts: Part[], { allowRemovingMasters = false }: CheckOptions = {}): Finding[] {
    return [...unsupportedUpgrades(parts), ...removals(parts, allowRemovingMasters)];
}

function removals(parts: Part[], allowRemovingMasters: boolean): Finding[] {
    return parts.flatMap((part) => {
        switch (part.type) {
            case foundingType:
                return taken(part, "the founding", "the next pulumi up would run kubeadm init again, over the cluster");
            case pkiType:
                return lossOrTooEarly(part);
            case externalEtcdType:
                return taken(withoutMasters(part), "etcd", "what the cluster knows would be gone");
            case masterType:
                return allowRemovingMasters ? [] : removed(part, "master");
            case etcdMemberType:
                return allowRemovingMasters ? [] : removed(part, "etcd member");
            default:
                return [];
        }
    });
}

function unsupportedUpgrades(parts: Part[]): Finding[] {
    const reasons = parts.flatMap((part) => {
        const upgrade = upgradeOf(part);
        const reason = upgrade && unsupported(upgrade);
        return reason ? [`nodes go from Kubernetes ${upgrade.from} to ${upgrade.to}: ${reason}`] : [];
    });
    return [...new Set(reasons)].map((words) => ({ words, canBeAllowed: false }));
}

function removed(part: Part, role: string): Finding[] {
    const removal = {
        leaves: "leaves the cluster",
        "is evicted": "is declared lost: a surviving host evicts it",
        "is replaced": "has a step replaced, which takes it out of the cluster",
        joins: undefined,
        stays: undefined,
        "is forgotten": undefined,
    }[nodeFate(part)];
    return removal === undefined ? [] : [{ words: `${role} ${part.node} ${removal}`, canBeAllowed: true }];
}

/** Which host initializes: another one is chosen by a setting, and the hosts refuse a second initialization. */
function isRecordChanged({ types, operation }: PlannedResource): boolean {
    return types.at(-1) === "pulumi:index:Stash" && /replace/.test(operation);
}

/** What each API server is told of the members goes with its master. */
function withoutMasters(part: Part): Part {
    return { ...part, resources: part.resources.filter(({ name }) => !name.endsWith("-etcd-endpoints")) };
}

function lossOrTooEarly(part: Part): Finding[] {
    const consequence = "no node, token or kubeconfig of the cluster would be trusted afterwards";
    const loss = taken(withoutWhatMayGo(part), "the PKI", consequence);
    if (loss.length > 0) {
        return loss;
    }
    const words = "the PKI signs with CAs that no node trusts yet: before pki.rotate: sign comes pki.rotate: trust";
    return phaseOf(part) === "signs with CAs that nobody trusts yet" ? [{ words, canBeAllowed: false }] : [];
}

function taken({ component, resources }: Part, what: string, consequence: string): Finding[] {
    const all = component ? [component, ...resources] : resources;
    const gone = [
        ...new Set(all.filter((one) => !isKept(one) && !isRecordChanged(one)).map(({ name }) => name)),
    ].sort();
    const words = `${what} loses ${gone.join(", ")}: ${consequence}. To take a whole cluster down there is pulumi destroy`;
    return gone.length === 0 ? [] : [{ words, canBeAllowed: false }];
}
