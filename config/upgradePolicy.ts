/** The Kubernetes versions that something brings nodes from and to, as "1.36.3". */
export interface Upgrade {
    from: string;
    to: string;
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

/** Undefined of none. */
export function newest(versions: string[]): string | undefined {
    return [...versions].sort((one, other) => one.localeCompare(other, "en", { numeric: true })).at(-1);
}
