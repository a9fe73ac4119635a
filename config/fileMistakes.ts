import { statSync } from "node:fs";
import type { Mistake } from "./configError";
import type { CompleteClusterConfig } from "./schema";

/** Files that are named and are not there. Those of SSH are looked at where they are read. */
export function fileMistakes({ network: { cni } }: CompleteClusterConfig): Mistake[] {
    return typeof cni === "string" ? [] : manifestMistakes("cluster.network.cni.manifest", cni.manifest);
}

/** Whether a path, relative to the project, leads to a file. */
export function isFile(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function manifestMistakes(path: string, place: string): Mistake[] {
    if (place.startsWith("https://")) {
        return [];
    }
    if (/^[a-z]+:\/\//.test(place)) {
        return [
            {
                path,
                words: `"${place}" is neither a file nor an https:// URL; what it holds is run with all rights in the cluster`,
                example: "https://example.com/calico.yaml",
            },
        ];
    }
    return isFile(place)
        ? []
        : [{ path, words: `"${place}" is not there (paths are relative to the project)`, example: "./calico.yaml" }];
}
