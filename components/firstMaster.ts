import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ClusterPlan } from "../config/clusterPlan";
import { adoptionFiles } from "./adoption";
import { foundingType } from "./clusterTypes";
import type { DeliveredFile } from "./delivery";
import { InitHost } from "./initHost";
import { initPeers } from "./initPeers";
import type { JoiningMaster } from "./joiningMaster";
import { initConfiguration } from "./kubeadmConfiguration";
import type { LoadBalancer } from "./loadBalancer";
import type { BackEnd } from "./nginxConfiguration";
import type { Pki } from "./pki";
import { servingNodes } from "./servingNodes";

export interface InitArgs {
    masters: JoiningMaster[];
    pki: Pki;
    /** Leads to the master that initializes, before `kubeadm init` needs the endpoint. */
    loadBalancer?: LoadBalancer;
}

/**
 * The initialization of the cluster: the one `kubeadm init` in its life, or the adoption of a cluster where it was run by hand. It
 * is an act, not a host; it has no delete.
 *
 * It happens once because hosts refuse a second one (hosts/lib/existing-cluster.sh), not because the state knows it: on another
 * run, with any inputs and on any host, the step finds itself done or refuses, and an update of its resource runs nothing.
 */
export class FirstMaster extends pulumi.ComponentResource {
    /** The cluster's random id, which its hosts carry: they refuse steps for another cluster. */
    readonly clusterId: pulumi.Output<string>;
    private readonly initHost: InitHost;

    /** @param cluster its name: begins the names of all resources */
    constructor(
        private readonly cluster: string,
        private readonly plan: ClusterPlan,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(foundingType, `${cluster}-first-master`, {}, opts);
        const child = { parent: this };
        this.clusterId = new random.RandomUuid(`${cluster}-id`, {}, child).result;
        const [first] = plan.masters.filter(({ adopt }) => adopt || !plan.adopted);
        this.initHost = new InitHost(
            `${cluster}-init-host`,
            { setting: "initMaster", chosen: plan.initMaster, first: first.name },
            child,
        );
        this.registerOutputs({});
    }

    /** The master that the load balancer leads to before any other has joined. */
    backEndOf(masters: JoiningMaster[]): pulumi.Output<BackEnd> {
        return this.initHost.of(masters, ({ backEnd }) => backEnd);
    }

    /**
     * Initializes the cluster, or adopts it.
     * @returns what everything later in the cluster's life depends on
     */
    init({ masters, pki, loadBalancer }: InitArgs): remote.Command {
        const { cluster, plan, initHost } = this;
        const files = (on: JoiningMaster) =>
            pulumi.secret(
                pulumi
                    .all([
                        pki.clusterFile,
                        initHost.settings,
                        plan.adopted ? adopting(plan, pki) : initializing(plan, on, pki),
                    ])
                    .apply(([clusterFile, settings, more]) => [
                        clusterFile,
                        settings,
                        ...(plan.adopted ? [] : [initPeers(plan, "cluster")]),
                        ...more,
                    ]),
            );
        // One name for both: whatever the configuration says later, a cluster that exists is not initialized.
        return initHost.stepOnce(`${cluster}-first-master-found`, plan.adopted ? "adopt" : "found", masters, files, {
            parent: this,
            // All masters are prepared, and have looked at an etcd that is not on them, before one of them is asked.
            dependsOn: [
                ...masters.flatMap(({ prepared, etcdSeen }) => [prepared, ...(etcdSeen ? [etcdSeen] : [])]),
                ...(loadBalancer ? [loadBalancer.ready] : []),
            ],
        });
    }
}

function initializing(plan: ClusterPlan, on: JoiningMaster, pki: Pki): pulumi.Output<DeliveredFile[]> {
    const init = { path: "/run/kubeadm-ha/init.yaml", mode: "0600", content: initConfiguration(plan, on.config) };
    return pulumi
        .all([pki.masterFiles, on.given ?? [], pki.given?.superAdminFile ?? []])
        .apply((files) => [...files.flat(), init, ...servingNodes(plan, [on.config])]);
}

function adopting(plan: ClusterPlan, pki: Pki): pulumi.Output<DeliveredFile[]> {
    return pki.administratorFiles(plan.endpoint).apply(([, ...files]) => [...files, ...adoptionFiles(plan)]);
}
