import { signingHours, validityHours } from "./certificateValidity";
import type { Mistake } from "./configError";
import { nodeAddress } from "./nodeAddress";
import { placedNodes } from "./placedNodes";
import type { CompleteClusterConfig } from "./schema";

const wanted = "cluster.kubeadm.kubeletConfiguration.serverTLSBootstrap";

/**
 * What a kubelet may get a serving certificate for has to be known before it asks; and the cluster has to sign it for as long
 * as the masters' certificates last, with which it is renewed.
 */
export function servingMistakes(config: CompleteClusterConfig): Mistake[] {
    return config.kubeadm.kubeletConfiguration.serverTLSBootstrap
        ? [...unknownAddresses(config), ...shortSigning(config)]
        : [];
}

function unknownAddresses(config: CompleteClusterConfig): Mistake[] {
    return placedNodes(config)
        .filter(({ node }) => !nodeAddress(node))
        .map(({ path, node }) => ({
            path: `${path}.nodeIp`,
            words: `is missing: with serverTLSBootstrap, kubelet's serving certificate is approved for the node's address, which ${JSON.stringify(node.host)} does not tell`,
            example: "192.0.2.21",
            comparedWith: [wanted],
        }));
}

function shortSigning(config: CompleteClusterConfig): Mistake[] {
    const [validity, signing] = [validityHours(config), signingHours(config)];
    return signing < validity
        ? [
              {
                  path: "cluster.kubeadm.clusterConfiguration.certificateValidityPeriod",
                  words: `lets the masters' certificates last ${validity} hours, and with serverTLSBootstrap kubelets' serving certificates are renewed together with them, which the cluster signs for ${signing} hours only (controllerManager.extraArgs, cluster-signing-duration)`,
                  example: `${signing}h`,
                  comparedWith: [wanted, "cluster.kubeadm.clusterConfiguration.controllerManager"],
              },
          ]
        : [];
}
