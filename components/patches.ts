import type { ClusterPlan } from "../config/clusterPlan";
import { type Patches, targetOf } from "../config/kubeadmPatches";
import type { NodeConfig } from "../config/schema";
import { textOf } from "../config/textOrFile";
import type { DeliveredFile } from "./delivery";
import type { Role } from "./hostSettings";

/** Where kubeadm finds its patches on a host. */
export const patchesFolder = "/etc/kubeadm-ha/patches";

/**
 * Where the CA's key is the user's, nobody signs what kubelets would ask for. A patch, because kubeadm takes no `false` in the
 * configuration.
 */
const noRotation: Patches = { "kubeletconfiguration-external-ca+merge.yaml": "rotateCertificates: false\n" };

/** Files with which kubeadm patches what it makes on a host: the cluster's, and the host's own instead of those of the same name. */
export function patchFiles({ kubeadm, pki }: ClusterPlan, host: NodeConfig, role: Role): DeliveredFile[] {
    const patches = { ...(pki.external ? noRotation : {}), ...kubeadm.patches, ...host.kubeadm.patches };
    return Object.keys(patches)
        .filter((name) => role === "master" || targetOf(name) === "kubeletconfiguration")
        .sort()
        .map((name) => ({ path: `${patchesFolder}/${name}`, mode: "0600", content: textOf(patches[name]) }));
}
