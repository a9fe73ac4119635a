import { foundingType, pkiType } from "../components/clusterTypes";
import { masterType } from "../components/nodeTypes";
import { isKept, nodeFate } from "./nodeFate";
import type { Part } from "./part";

export interface CheckOptions {
    /** Somebody has said that masters are meant to go. Default: false. */
    allowRemovingMasters?: boolean;
}

/** Why a plan is refused. */
export interface Finding {
    words: string;
    /** The finding is none when `allowRemovingMasters` is set. */
    canBeAllowed: boolean;
}

/**
 * What must not reach `pulumi up` unseen: a master that goes, unless that is allowed; the PKI or the founding that goes,
 * whatever is allowed. Everything else passes.
 * @returns the reasons to refuse the plan; none when it passes
 */
export function checkPlan(parts: Part[], { allowRemovingMasters = false }: CheckOptions = {}): Finding[] {
    return parts.flatMap((part) => {
        switch (part.type) {
            case foundingType:
                return taken(part, "the founding", "the next pulumi up would run kubeadm init again, over the cluster");
            case pkiType:
                return taken(
                    part,
                    "the PKI",
                    "no node, token or kubeconfig of the cluster would be trusted afterwards",
                );
            case masterType:
                return allowRemovingMasters ? [] : removed(part);
            default:
                return [];
        }
    });
}

function removed(part: Part): Finding[] {
    const removal = {
        leaves: "leaves the cluster",
        "is evicted": "is declared lost: a surviving master evicts it",
        "is replaced": "has a step replaced, which takes it out of the cluster",
        joins: undefined,
        stays: undefined,
        "is forgotten": undefined,
    }[nodeFate(part)];
    return removal === undefined ? [] : [{ words: `master ${part.node} ${removal}`, canBeAllowed: true }];
}

function taken({ component, resources }: Part, what: string, consequence: string): Finding[] {
    const all = component ? [component, ...resources] : resources;
    const gone = [...new Set(all.filter((one) => !isKept(one)).map(({ name }) => name))].sort();
    const words = `${what} loses ${gone.join(", ")}: ${consequence}. To take a whole cluster down there is pulumi destroy`;
    return gone.length === 0 ? [] : [{ words, canBeAllowed: false }];
}
