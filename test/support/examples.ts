import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type ClusterPlan, planCluster } from "../../config/clusterPlan";
import type { ClusterConfig } from "../../config/schema";

export const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE";

const caFolder = "./test/support/external-ca";

/** CAs whose keys nobody has. */
export const externalCa = {
    caFile: `${caFolder}/ca.crt`,
    frontProxyCaFile: `${caFolder}/front-proxy-ca.crt`,
    etcdCaFile: `${caFolder}/etcd-ca.crt`,
    sign: "./sign",
};

/** The smallest highly available cluster: a load balancer, three masters and a worker. */
export function smallCluster(changes: Partial<ClusterConfig> = {}): ClusterConfig {
    return {
        kubernetesVersion: "1.36.3",
        loadBalancer: { host: "192.0.2.10", hostKey },
        masters: [
            { name: "m1", host: "192.0.2.11", hostKey },
            { name: "m2", host: "192.0.2.12", hostKey },
            { name: "m3", host: "192.0.2.13", hostKey },
        ],
        workers: [{ name: "w1", host: "192.0.2.21", hostKey }],
        ...changes,
    };
}

/** A cluster of one master, reached by name, with networks and an endpoint of its own. */
export function otherCluster(): ClusterConfig {
    return smallCluster({
        endpoint: "api.example.com:6443",
        network: { podSubnet: "10.32.0.0/12", serviceSubnet: "172.30.0.0/16", dnsDomain: "example.internal" },
        masters: [{ name: "m1", host: "m1.example.com", taints: [] }],
        kubeadm: {
            clusterConfiguration: {
                apiServer: { certSANs: ["api.example.org"] },
                featureGates: { NodeLocalCRISocket: true },
            },
        },
    });
}

/** The plan of the lab's own stack file: what it renders is what the cluster tests run. */
export function labPlan(): ClusterPlan {
    const stack = parse(readFileSync(join(__dirname, "..", "..", "Pulumi.dev.yaml"), "utf8"));
    return planCluster(stack.config["kubeadm-ha:cluster"], Number(stack.config["kubeadm-ha:masterCount"]));
}
