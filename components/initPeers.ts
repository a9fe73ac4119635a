import type { ClusterPlan } from "../config/clusterPlan";
import { apiServerPort, splitHostAndPort } from "../config/formats";
import { nodeAddress } from "../config/nodeAddress";
import type { DeliveredFile } from "./delivery";

/**
 * Where a host asks, before it initializes the cluster or its etcd, whether the cluster exists already: a line each,
 * "KIND NAME HOST PORT required|optional" (hosts/lib/existing-cluster.sh).
 * Optional, so that silence does not stop it, are hosts that are not in use or declared lost, and an endpoint of the user's: a virtual
 * address is silent before the first API server holds it. An etcd host need not reach API servers.
 */
export function initPeers(plan: ClusterPlan, what: "cluster" | "etcd"): DeliveredFile {
    const { masters, unusedMasters, etcdHosts, lost, endpoint, loadBalancer } = plan;
    type Asked = { name: string; host: string; nodeIp?: string };
    const line = (kind: string, port: number, rule: string) => (asked: Asked) =>
        `${kind} ${asked.name} ${nodeAddress(asked) ?? asked.host} ${port} ${rule}`;
    const lostOnes = (role: string) => lost.filter((one) => one.role === role);
    const needed = what === "cluster" ? "required" : "optional";
    const { host, port } = splitHostAndPort(endpoint);
    const lines = [
        ...masters.map(line("master", apiServerPort, needed)),
        ...[...unusedMasters, ...lostOnes("master")].map(line("master", apiServerPort, "optional")),
        ...etcdHosts.map(line("etcd", 2379, "required")),
        ...lostOnes("etcd").map(line("etcd", 2379, "optional")),
        `endpoint endpoint ${host} ${port} ${loadBalancer ? needed : "optional"}`,
    ];
    return {
        path: "/run/kubeadm-ha/init-peers",
        mode: "0644",
        content: lines.map((text) => `${text}\n`).join(""),
    };
}
