import type { ClusterPlan } from "../config/clusterPlan";
import type { NodeConfig } from "../config/schema";
import type { DeliveredFile } from "./delivery";
import { backEndOf } from "./joiningMaster";
import { apiServerAddress } from "./nginxConfiguration";

/**
 * The hosts that the cluster should have, a line each, for the step that looks whether those that are no longer in it can
 * go: "ROLE NAME ADDRESS SSH-PORT API-SERVER" (the last for masters only), or "lost NAME".
 * @param sshPort port of a host's sshd, by the host's name
 */
export function roster(plan: ClusterPlan, sshPort: (name: string) => number): DeliveredFile {
    const line = (role: string, { name, host }: NodeConfig) => `${role} ${name} ${host} ${sshPort(name)}`;
    const lines = [
        ...plan.masters.map((master) => `${line("master", master)} ${apiServerAddress(backEndOf(master))}`),
        ...plan.workers.map((worker) => line("worker", worker)),
        ...plan.lost.filter(({ role }) => role !== "etcd").map(({ name }) => `lost ${name}`),
    ];
    return {
        path: "/var/lib/kubeadm-ha/roster.new",
        mode: "0644",
        content: lines
            .sort()
            .map((text) => `${text}\n`)
            .join(""),
    };
}
