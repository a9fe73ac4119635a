import type { Part } from "./part";

/** The Kubernetes versions that a plan brings a node from and to. */
export interface Upgrade {
    from: string;
    to: string;
}

/** Undefined where the node keeps its version, or is new. */
export function upgradeOf({ resources }: Part): Upgrade | undefined {
    const versions = resources.map((resource) => resource.versions).find(({ old, new: next }) => old && next);
    const { old: from, new: to } = versions ?? {};
    return from && to && from !== to ? { from, to } : undefined;
}

/**
 * Why Kubernetes does not support this upgrade; hosts refuse it too, before anything changes. Undefined where it does.
 * Source: https://kubernetes.io/releases/version-skew-policy/
 */
export function unsupported({ from, to }: Upgrade): string | undefined {
    const [, oldMinor, oldPatch] = from.split(".").map(Number);
    const [, minor, patch] = to.split(".").map(Number);
    if (minor < oldMinor || (minor === oldMinor && patch < oldPatch)) {
        return "Kubernetes has no way back";
    }
    return minor > oldMinor + 1 ? `Kubernetes is upgraded one minor after another, 1.${oldMinor + 1} first` : undefined;
}
