import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Mistake } from "./configError";
import type { ClusterConfig } from "./schema";

/**
 * The cluster with the workers that a file of their own lists, behind those that the stack lists. Pulumi hands a stack's
 * configuration to the program in one variable of its environment, which takes 128 KiB.
 */
export function withWorkersOf(
    file: string | undefined,
    cluster: ClusterConfig | undefined,
): { cluster?: ClusterConfig; mistakes: Mistake[] } {
    if (file === undefined || !cluster) {
        return { cluster, mistakes: [] };
    }
    const listed = read(file);
    return Array.isArray(listed)
        ? { cluster: { ...cluster, workers: [...(cluster.workers ?? []), ...listed] }, mistakes: [] }
        : { cluster, mistakes: [{ path: "workersFile", words: `${JSON.stringify(file)} ${listed}` }] };
}

/** The workers, or what is wrong with the file. */
function read(file: string): ClusterConfig["workers"] | string {
    let content: unknown;
    try {
        content = parse(readFileSync(file, "utf8"));
    } catch (error) {
        return `cannot be read (paths are relative to the project): ${(error as Error).message}`;
    }
    return Array.isArray(content) ? content : "is no list: it has to be what cluster.workers would be";
}
