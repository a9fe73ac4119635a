import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import type { LoadBalancerConfig } from "../config/schema";
import type { DeliveredFile } from "./delivery";
import { Host } from "./host";
import { hostSettings } from "./hostSettings";
import type { JoiningMaster } from "./joiningMaster";
import { type BackEnd, nginxConfiguration } from "./nginxConfiguration";
import type { SshAccess } from "./sshAccess";

export interface LoadBalancerArgs {
    /** Name of the cluster: begins the names of all resources. */
    cluster: string;
    plan: ClusterPlan;
    host: LoadBalancerConfig;
    access: SshAccess;
    /** The back end that answers first: the founding master. */
    first: BackEnd;
}

/** nginx (stream) in front of the API servers, as a systemd service of its own beside whatever else nginx serves there. */
export class LoadBalancer extends pulumi.ComponentResource {
    /** The endpoint leads to the founding master. */
    readonly firstBackEnd: remote.Command;

    private readonly host: Host;
    private readonly installed: remote.Command;

    constructor(
        private readonly args: LoadBalancerArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("kubeadm:index:LoadBalancer", `${args.cluster}-${args.host.name}`, {}, opts);
        const { cluster, plan, host, access } = args;
        this.host = new Host(host.name, cluster, access);
        this.installed = this.host.firstStep(
            "install-load-balancer",
            [hostSettings(host.name, "load-balancer", plan)],
            {
                parent: this,
                delete: "remove-load-balancer",
            },
        );
        // Only for the founding: which master was first must not matter later.
        this.firstBackEnd = this.host.step("first-back-end", [this.nginxFile([args.first])], {
            parent: this,
            dependsOn: this.installed,
            ignoreChanges: ["*"],
        });
    }

    /** Makes these masters, once they have joined, the back ends. */
    serve(masters: JoiningMaster[]): void {
        this.host.step("back-ends", [this.nginxFile(masters.map(({ backEnd }) => backEnd))], {
            parent: this,
            dependsOn: [this.firstBackEnd, ...masters.flatMap(({ joined }) => joined ?? [])],
        });
        this.registerOutputs({});
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
