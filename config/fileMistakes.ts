import { statSync } from "node:fs";
import type { Mistake } from "./configError";
import type { CompleteClusterConfig } from "./schema";
import { sayPath } from "./settingPath";
import type { TextOrFile } from "./textOrFile";

/** Files that are named and are not there. Those of SSH are looked at where they are read. */
export function fileMistakes({ network: { cni }, kubeadm: { files } }: CompleteClusterConfig): Mistake[] {
    const ofControlPlane = Object.entries(files).flatMap(
        ([name, given]) => absenceOf(given, sayPath("cluster.kubeadm.files", [name]), "./audit-policy.yaml") ?? [],
    );
    const ofNetwork = typeof cni === "string" ? [] : manifestMistakes("cluster.network.cni.manifest", cni.manifest);
    return [...ofNetwork, ...ofControlPlane];
}

/** Of a text that is in a file which is not there. */
export function absenceOf(given: TextOrFile, path: string, example: string): Mistake | undefined {
    return typeof given === "string" || isFile(given.file) ? undefined : missing(`${path}.file`, given.file, example);
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
    return isFile(place) ? [] : [missing(path, place, "./calico.yaml")];
}

function missing(path: string, file: string, example: string): Mistake {
    return { path, words: `"${file}" is not there (paths are relative to the project)`, example };
}
