import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import type { LoadBalancerConfig } from "../config/schema";
import { loadBalancerType } from "./clusterTypes";
import type { DeliveredFile } from "./delivery";
import { Host } from "./host";
import { hostSettings } from "./hostSettings";
import type { JoiningMaster } from "./joiningMaster";
import { type BackEnd, nginxConfiguration } from "./nginxConfiguration";
import type { Pki } from "./pki";
import { roster } from "./roster";
import type { SshAccess } from "./sshAccess";

export interface LoadBalancerArgs {
    /** Name of the cluster: begins the names of all resources. */
    cluster: string;
    clusterId: pulumi.Output<string>;
    plan: ClusterPlan;
    host: LoadBalancerConfig;
    access: SshAccess;
    pki: Pki;
    /** The back end that answers first: the master that initializes the cluster. */
    first: pulumi.Output<BackEnd>;
    /** What has to be done before anything is installed. */
    after?: pulumi.Resource[];
}

/** nginx (stream) in front of the API servers, as a systemd service of its own beside whatever else nginx serves there. */
export class LoadBalancer extends pulumi.ComponentResource {
    /** The host is this cluster's load balancer, and the endpoint leads to the master that initializes. */
    readonly ready: remote.Command;

    private readonly host: Host;
    private readonly installed: remote.Command;

    constructor(
        private readonly args: LoadBalancerArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(loadBalancerType, `${args.cluster}-${args.host.name}`, {}, opts);
        const { cluster, clusterId, plan, host, access, pki } = args;
        this.host = new Host(host.name, cluster, access, clusterId);
        this.installed = this.host.firstStep(
            "install-load-balancer",
            [hostSettings(host.name, "load-balancer", plan)],
            {
                parent: this,
                dependsOn: args.after,
                delete: "remove-load-balancer",
            },
        );
        const firstFiles = args.first.apply((backEnd) => [this.nginxFile([backEnd])]);
        // Its host ends it when masters have joined. Until then it follows the record of the master that initializes.
        const firstBackEnd = this.host.step("first-back-end", firstFiles, { parent: this, dependsOn: this.installed });
        this.ready = this.host.step("departures", this.departureFiles(pki), {
            parent: this,
            dependsOn: firstBackEnd,
        });
    }

    /** Makes these masters, once they have joined, the back ends. */
    serve(masters: JoiningMaster[]): void {
        this.host.step("back-ends", [this.nginxFile(masters.map(({ backEnd }) => backEnd))], {
            parent: this,
            dependsOn: [this.ready, ...masters.flatMap(({ joined }) => joined ?? [])],
        });
        this.registerOutputs({});
    }

    /** What the step needs that looks, before anything changes, whether the hosts that leave can do so. */
    private departureFiles(pki: Pki): pulumi.Output<DeliveredFile[]> {
        const { plan, access } = this.args;
        const wanted = roster(plan, (name) => access.connection(name).port as number);
        return pulumi
            .all([pki.clusterFile, pki.observerFiles({ parent: this })])
            .apply(([clusterFile, observerFiles]) => [clusterFile, ...observerFiles, wanted]);
    }

    private nginxFile(backEnds: BackEnd[]): DeliveredFile {
        const sorted = [...backEnds].sort((one, other) => one.name.localeCompare(other.name, "en"));
        return {
            path: "/etc/kubeadm-ha/nginx.conf.new",
            mode: "0644",
            content: nginxConfiguration(this.args.host, sorted),
        };
    }
}
