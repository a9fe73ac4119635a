import type { Upgrade } from "../config/upgradePolicy";
import type { Part } from "./part";

/** What a plan does to a node's Kubernetes. Undefined where the node keeps its version, or is new. */
export function upgradeOf({ resources }: Part): Upgrade | undefined {
    const versions = resources.map((resource) => resource.versions).find(({ old, new: next }) => old && next);
    const { old: from, new: to } = versions ?? {};
    return from && to && from !== to ? { from, to } : undefined;
}
