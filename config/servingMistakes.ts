import type { Mistake } from "./configError";
import { nodeAddress } from "./nodeAddress";
import { placedNodes } from "./placedNodes";
import type { CompleteClusterConfig } from "./schema";

/** What a kubelet may get a serving certificate for has to be known before it asks. */
export function servingMistakes(config: CompleteClusterConfig): Mistake[] {
    if (!config.kubeadm.kubeletConfiguration.serverTLSBootstrap) {
        return [];
    }
    return placedNodes(config)
        .filter(({ node }) => !nodeAddress(node))
        .map(({ path, node }) => ({
            path: `${path}.nodeIp`,
            words: `is missing: with serverTLSBootstrap, kubelet's serving certificate is approved for the node's address, which ${JSON.stringify(node.host)} does not tell`,
            example: "192.0.2.21",
            comparedWith: ["cluster.kubeadm.kubeletConfiguration.serverTLSBootstrap"],
        }));
}
