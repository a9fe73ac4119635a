import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import type { NodeConfig } from "../config/schema";
import { containerdConfiguration } from "./containerdConfiguration";
import type { DeliveredFile } from "./delivery";
import { drainSettings } from "./drainSettings";
import { Host } from "./host";
import { hostSettings } from "./hostSettings";
import { discoveryKubeconfigPath } from "./kubeadmConfiguration";
import type { LostHost } from "./lostHost";
import { formerIdentity } from "./nodeTypes";
import { patchFiles } from "./patches";
import { caFiles, type Pki } from "./pki";
import type { SshAccess } from "./sshAccess";

export interface ClusterNodeArgs {
    /** Name of the cluster: begins the names of all resources. */
    cluster: string;
    plan: ClusterPlan;
    host: NodeConfig;
    access: SshAccess;
    pki: Pki;
}

/** What masters and workers differ in. */
export interface NodeKind {
    role: "master" | "worker";
    /** The component that the node's resources are in. */
    parent?: pulumi.Resource;
    /** The host scripts that it needs. Default: all. */
    scripts?: string[];
    /** The file of `kubeadm join`. */
    joinConfiguration: string;
    /** Kubeconfig with which the host can be this node and nothing else, secret. */
    identity: pulumi.Output<string>;
    /** What the join needs beside it. */
    joinFiles?: pulumi.Input<DeliveredFile[]>;
    /** Inputs of the join that must not matter once it is done. */
    ignoreChanges?: string[];
}

/**
 * A host that is, or becomes, a node: prepared at once, joined when the cluster has been founded.
 * When it is removed from the configuration it leaves the cluster first (`leave`), then is cleaned (`reset`).
 */
export abstract class ClusterNode {
    readonly host: Host;
    /** The host as the configuration describes it. */
    readonly config: NodeConfig;
    /** Packages, runtime and kubelet are in place; when it is deleted, the host is reset. */
    readonly prepared: remote.Command;
    /** The host is a node; undefined until `join` was called. */
    joined?: remote.Command;
    /** The step that takes the host out of the cluster; undefined until `join` was called. */
    private leaving?: remote.Command;

    constructor(
        protected readonly args: ClusterNodeArgs,
        protected readonly kind: NodeKind,
    ) {
        const { cluster, plan, host, access, pki } = args;
        this.host = new Host(host.name, cluster, access);
        this.config = host;
        this.prepared = this.host.firstStep(
            "prepare",
            pki.clusterFile.apply((clusterFile) => [
                clusterFile,
                hostSettings(host.name, kind.role, plan, host.reset),
                {
                    path: "/etc/kubeadm-ha/containerd.toml",
                    mode: "0644",
                    content: containerdConfiguration(plan.containerd),
                },
                { path: "/etc/kubeadm-ha/join.yaml", mode: "0644", content: kind.joinConfiguration },
                ...patchFiles(plan, host, kind.role),
            ]),
            { ...this.optionsOf("host"), delete: "reset", resource: "host", scripts: kind.scripts },
        );
    }

    /** What a node of its kind needs before it joins, beside what all need. */
    protected needed(): pulumi.Resource[] {
        return [];
    }

    /**
     * Makes the host a node of the founded cluster.
     * @param gate the founding: what everything later in the cluster's life depends on
     * @param evicted lost hosts that must be out of the cluster before a new one comes in
     * @param leaveAfter nodes that leave later than this one, should several leave at once
     */
    join(gate: pulumi.Resource, evicted: LostHost[], leaveAfter: ClusterNode[] = []): void {
        const { plan, host, pki } = this.args;
        const files = pulumi
            .all([pki.clusterFile, this.kind.identity, this.kind.joinFiles ?? []])
            .apply(([cluster, content, joinFiles]) => [
                cluster,
                { path: discoveryKubeconfigPath, mode: "0600", content },
                ...joinFiles,
            ]);
        this.joined = this.host.step("join", pulumi.secret(files), {
            ...this.optionsOf("join"),
            dependsOn: [gate, this.prepared, ...this.needed(), ...evicted.map(({ forgotten }) => forgotten)],
            ignoreChanges: this.kind.ignoreChanges,
        });
        const withAdmin = pki
            .adminKubeconfigFile(plan.endpoint, caFiles.node)
            .apply((admin) => [...admin, drainSettings(plan.drain)]);
        this.leaving = this.host.lastStep("leave", withAdmin, {
            ...this.optionsOf("leave"),
            dependsOn: [this.joined, ...leaveAfter.flatMap((node) => node.leaving ?? [])],
            // When the whole cluster goes there is nothing to leave.
            deletedWith: gate,
        });
        if (host.drained) {
            this.host.step("drain", withAdmin, {
                ...this.optionsOf("drain"),
                dependsOn: this.joined,
                delete: "uncordon",
                deletedWith: this.joined,
            });
        }
    }

    private optionsOf(resource: string): pulumi.CustomResourceOptions {
        const { kind, args } = this;
        return {
            parent: kind.parent,
            aliases: formerIdentity(kind.role, `${args.cluster}-${args.host.name}`, resource, kind.parent),
        };
    }
}
