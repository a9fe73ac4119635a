import type { ClusterConfig } from "../../config/schema";
import { hostKey, smallCluster } from "./examples";

/** A configuration that is refused, and how a person would tell what is wrong with it. */
export interface BadConfig {
    title: string;
    /** What stands under `cluster`. */
    cluster: unknown;
    masterCount?: number;
}

/** The small cluster with something else in it. */
export function withSetting(
    title: string,
    changes: { [Setting in keyof ClusterConfig]?: unknown },
    masterCount?: number,
): BadConfig {
    return { title, cluster: { ...smallCluster(), ...changes }, masterCount };
}

export const host = (name: string, address: string) => ({ name, host: address, hostKey });
