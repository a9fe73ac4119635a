import type { DrainConfig } from "../config/schema";
import type { DeliveredFile } from "./delivery";

/** How a node is drained, as shell variables for the steps that do it. */
export function drainSettings({ timeoutSeconds, onTimeout }: DrainConfig): DeliveredFile {
    return {
        path: "/run/kubeadm-ha/drain.conf",
        mode: "0644",
        content: `DRAIN_TIMEOUT=${timeoutSeconds}\nDRAIN_ON_TIMEOUT=${onTimeout}\n`,
    };
}
