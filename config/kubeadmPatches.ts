import { readFileSync } from "node:fs";
import type { NodeConfig } from "./schema";

/** kubeadm's patch files by name: text, or the file that holds it, relative to the project. */
export type Patches = NodeConfig["kubeadm"]["patches"];

/** What a patch file changes: a control-plane component, "kubeletconfiguration" or "corednsdeployment". */
export function targetOf(name: string): string {
    return (/^(kube-[a-z]+(-manager)?|[a-z]+)/.exec(name) as RegExpExecArray)[0];
}

/** Text of a patch. Throws where its file cannot be read. */
export function textOf(patch: Patches[string]): string {
    return typeof patch === "string" ? patch : readFileSync(patch.file, "utf8");
}
