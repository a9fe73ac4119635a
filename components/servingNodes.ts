import type { ClusterPlan } from "../config/clusterPlan";
import { nodeAddress } from "../config/nodeAddress";
import type { NodeConfig } from "../config/schema";
import type { DeliveredFile } from "./delivery";

/** Which name and address are a node's, for kubelets' serving certificates; nothing where they are to have none. */
export function servingNodes({ adopted, kubeadm }: ClusterPlan, nodes: NodeConfig[]): DeliveredFile[] {
    // A cluster that was taken over keeps its own settings.
    if (adopted || nodes.length === 0 || !kubeadm.kubeletConfiguration.serverTLSBootstrap) {
        return [];
    }
    const content = nodes.map((node) => `${node.name} ${nodeAddress(node)}\n`).join("");
    return [{ path: "/run/kubeadm-ha/serving-nodes", mode: "0644", content }];
}
