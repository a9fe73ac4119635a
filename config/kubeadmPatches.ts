import type { NodeConfig } from "./schema";

/** kubeadm's patch files by name. */
export type Patches = NodeConfig["kubeadm"]["patches"];

/** What a patch file changes: a control-plane component, "kubeletconfiguration" or "corednsdeployment". */
export function targetOf(name: string): string {
    return (/^(kube-[a-z]+(-manager)?|[a-z]+)/.exec(name) as RegExpExecArray)[0];
}
