import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import { nodeAddress } from "../config/nodeAddress";
import type { NodeConfig } from "../config/schema";
import type { DeliveredFile } from "./delivery";
import { Host } from "./host";
import { shellSettings } from "./hostSettings";
import { apiServer, initConfiguration } from "./kubeadmConfiguration";
import type { SshAccess } from "./sshAccess";

export interface AdoptionArgs {
    /** Name of the cluster: begins the names of all resources. */
    cluster: string;
    clusterId: pulumi.Output<string>;
    plan: ClusterPlan;
    access: SshAccess;
}

/**
 * The look at a cluster that was made by hand, before anything of it changes: each of its masters is looked at, once, and on
 * the first one what kubeadm knows of the cluster is compared with the configuration.
 */
export class Adoption extends pulumi.ComponentResource {
    /** The master that the cluster is read from. */
    readonly first: Host;
    /** Nothing was found that stands against it. */
    readonly inspected: remote.Command[];

    constructor(
        name: string,
        { cluster, clusterId, plan, access }: AdoptionArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("kubeadm:index:Adoption", name, {}, opts);
        const adopted = plan.masters.filter(({ adopt }) => adopt);
        const hosts = adopted.map((master) => new Host(master.name, cluster, access, clusterId));
        this.first = hosts[0];
        this.inspected = hosts.map((host, index) =>
            // Afterwards the cluster is as the configuration says; what it was does not matter later.
            host.firstStepOnce("inspect", inspectionFiles(plan, adopted[index], index === 0), { parent: this }),
        );
        this.registerOutputs({});
    }
}

/** What `inspect` compares a master, and with the first one the cluster, with. */
export function inspectionFiles(plan: ClusterPlan, master: NodeConfig, isFirst: boolean): DeliveredFile[] {
    const settings = {
        NODE_NAME: master.name,
        ADDRESS: nodeAddress(master) ?? "",
        KUBERNETES_VERSION: plan.kubernetesVersion,
        IMAGE_REPOSITORY: plan.kubeadm.clusterConfiguration.imageRepository ?? "",
        ENDPOINT: plan.endpoint,
        FIRST: isFirst ? "yes" : "no",
    };
    const file = (name: string, content: string) => ({ path: `/run/kubeadm-ha/${name}`, mode: "0644", content });
    return [
        file("inspect.conf", shellSettings(settings)),
        file(
            "nodes",
            nodeList(plan)
                .map((line) => `${line}\n`)
                .join(""),
        ),
        file("wanted.yaml", initConfiguration(plan, master)),
    ];
}

/** The nodes of the configuration, a line each: "master NAME adopted", "master NAME new" or "worker NAME". */
function nodeList({ masters, workers }: Pick<ClusterPlan, "masters" | "workers">): string[] {
    return [
        ...masters.map(({ name, adopt }) => `master ${name} ${adopt ? "adopted" : "new"}`),
        ...workers.map(({ name }) => `worker ${name}`),
    ];
}

/** What `adopt` brings into the cluster, beside the endpoint: names of the API servers, and how they end. */
export function adoptionFiles({ kubeadm, ...plan }: ClusterPlan): DeliveredFile[] {
    const { certSANs = [], extraArgs = [] } = kubeadm.clusterConfiguration.apiServer ?? {};
    const given = (name: string) => extraArgs.find((argument) => argument.name === name)?.value;
    const file = (name: string, lines: string[]) => ({
        path: `/run/kubeadm-ha/${name}`,
        mode: "0644",
        content: lines.map((line) => `${line}\n`).join(""),
    });
    return [
        file("nodes", nodeList(plan)),
        file("names", certSANs),
        file(
            "arguments",
            apiServer.extraArgs.map(({ name, value }) => `${name} ${given(name) ?? value}`),
        ),
    ];
}
