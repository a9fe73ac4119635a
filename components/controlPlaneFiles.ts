import type { ClusterPlan } from "../config/clusterPlan";
import { textOf } from "../config/textOrFile";
import type { DeliveredFile } from "./delivery";

/**
 * Files that arguments of the control plane name, as an audit policy (kubeadm.files), on their way to a master: into a folder
 * beside the one in use (hosts/lib/control-plane-files.sh).
 */
export function controlPlaneFiles({ kubeadm: { files } }: Pick<ClusterPlan, "kubeadm">): DeliveredFile[] {
    return Object.keys(files)
        .sort()
        .map((name) => ({ path: `/etc/kubeadm-ha/files/${name}`, mode: "0600", content: textOf(files[name]) }));
}
