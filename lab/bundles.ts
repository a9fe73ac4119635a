import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot } from "../toolchain/cache";

export interface FinishedBundle {
    /** The Kubernetes version, without v. */
    version: string;
    folder: string;
}

/** The finished Kubernetes bundles in the cache, one per version: the one that was made last. */
export function finishedBundles(): FinishedBundle[] {
    const pieces = join(cacheRoot(), "pieces");
    const newest = new Map<string, FinishedBundle>();
    for (const folder of existsSync(pieces)
        ? readdirSync(pieces)
              .map((name) => join(pieces, name))
              .sort(byAge)
        : []) {
        const version = /\/bundle-(\d+\.\d+\.\d+)-[0-9a-f]{12}$/.exec(folder)?.[1];
        if (version) {
            newest.set(version, { version, folder });
        }
    }
    return [...newest.values()];
}

function byAge(one: string, other: string): number {
    return statSync(one).mtimeMs - statSync(other).mtimeMs;
}
