import type { ClusterPlan } from "../config/clusterPlan";
import { shortDigest } from "./shortDigest";

/**
 * What a host's packages are made of beside the version of Kubernetes, as a digest: another one, and nodes that live get other
 * packages in their turn. None where the configuration names nothing.
 */
export function packagesDigest({ packages }: Pick<ClusterPlan, "packages">): string[] {
    const named = parts(packages).filter((part) => part !== undefined);
    return named.length === 0 ? [] : [shortDigest(JSON.stringify(named))];
}

function parts(packages: ClusterPlan["packages"]): (string | undefined)[] {
    if (packages.source === "bundle") {
        return [packages.url, packages.sha256];
    }
    // Without a version, containerd stays as it is.
    return packages.containerdVersion ? [packages.containerdPackage, packages.containerdVersion] : [];
}
