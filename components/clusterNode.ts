import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import type { NodeConfig } from "../config/schema";
import { containerdConfiguration } from "./containerdConfiguration";
import type { DeliveredFile } from "./delivery";
import { drainSettings } from "./drainSettings";
import { Host } from "./host";
import { hostSettings } from "./hostSettings";
import { discoveryKubeconfigPath, upgradeConfiguration } from "./kubeadmConfiguration";
import { maintain } from "./maintainCommand";
import { formerIdentity } from "./nodeTypes";
import { packagesDigest } from "./packagesDigest";
import { patchFiles } from "./patches";
import { caFiles, type Pki } from "./pki";
import { servingNodes } from "./servingNodes";
import { shortDigest } from "./shortDigest";
import type { SshAccess } from "./sshAccess";

export interface ClusterNodeArgs {
    /** Name of the cluster: begins the names of all resources. */
    cluster: string;
    clusterId: pulumi.Output<string>;
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
    /** When this changes, a node that lives is brought to its new settings. */
    settings: string;
    /** What `prepare` brings beside what it brings to all. */
    files?: pulumi.Input<DeliveredFile[]>;
    /** Kubeconfig with which the host can be this node and nothing else, secret. */
    identity: pulumi.Output<string>;
    /** What a node that lives takes up in its turn, beside what all take up. */
    maintainFiles?: pulumi.Input<DeliveredFile[]>;
    /** What the join needs beside it. */
    joinFiles?: pulumi.Input<DeliveredFile[]>;
    /** The join is given what is another in every run, or later: nothing of it matters once it is done. */
    joinsOnce?: boolean;
}

/**
 * A host that is, or becomes, a node: prepared at once, joined when the cluster has been founded, maintained in its turn.
 * When it is removed from the configuration it leaves the cluster first (`leave`), then is cleaned (`reset`).
 */
export abstract class ClusterNode {
    readonly host: Host;
    /** The host as the configuration describes it. */
    readonly config: NodeConfig;
    /** Packages, runtime and kubelet are in place; when it is deleted, the host is reset. */
    readonly prepared: remote.Command;
    /**
     * As a node, the host has the cluster's version and settings, and certificates that last; when it is deleted, it leaves.
     * Undefined until `live` was called.
     */
    maintained?: remote.Command;
    /** The host is a node; undefined until `join` was called. */
    joined?: remote.Command;

    constructor(
        protected readonly args: ClusterNodeArgs,
        protected readonly kind: NodeKind,
    ) {
        const { cluster, clusterId, plan, host, access, pki } = args;
        this.host = new Host(host.name, cluster, access, clusterId);
        this.config = host;
        this.prepared = this.host.firstStep(
            "prepare",
            pulumi
                .all([pki.clusterFile, pki.tokenKeyFiles, kind.files ?? []])
                .apply(([clusterFile, tokenKey, files]) => [
                    clusterFile,
                    hostSettings(host.name, kind.role, plan, host.reset),
                    {
                        path: "/etc/kubeadm-ha/containerd.toml",
                        mode: "0644",
                        content: containerdConfiguration(plan.containerd),
                    },
                    { path: "/etc/kubeadm-ha/join.yaml", mode: "0644", content: kind.joinConfiguration },
                    ...tokenKey,
                    ...files,
                    ...patchFiles(plan, host, kind.role),
                ]),
            { ...this.optionsOf("host"), delete: "reset", resource: "host", scripts: kind.scripts },
        );
    }

    /** What a node of its kind needs before it joins or is changed, beside what all need. */
    protected needed(): pulumi.Resource[] {
        return [];
    }

    /**
     * What happens to the node between its join and its reset. Nothing when it is made, so that it can be there before the
     * node is: new nodes wait for the masters that are being changed, and not for those that join.
     * @param gate the founding: what everything later in the cluster's life depends on
     * @param after what is done before this node is changed, and leaves later than it
     */
    live(gate: pulumi.Resource, after: pulumi.Resource[]): void {
        const { plan, host, pki } = this.args;
        const upgrade = {
            path: "/run/kubeadm-ha/upgrade.yaml",
            mode: "0644",
            content: upgradeConfiguration(plan, host, this.kind.role),
        };
        const files = pulumi
            .all([pki.clusterFile, pki.renewalClock.until, this.kind.maintainFiles ?? []])
            .apply(([cluster, until, more]) => [
                cluster,
                upgrade,
                certificatesUntilFile(until),
                ...servingNodes(plan, [host]),
                ...more,
            ]);
        this.maintained = this.host.lastStep("leave", this.withAdmin(files), {
            ...this.optionsOf("node"),
            resource: "node",
            update: maintain(plan.kubernetesVersion, this.settingsDigest()),
            dependsOn: [gate, this.prepared, ...this.needed(), ...after],
            // When the whole cluster goes there is nothing to leave.
            deletedWith: gate,
        });
    }

    private settingsDigest(): string {
        const { plan, host } = this.args;
        const patches = patchFiles(plan, host, this.kind.role);
        const settings = JSON.stringify([this.kind.settings, patches, plan.containerd, ...packagesDigest(plan)]);
        return shortDigest(settings);
    }

    /**
     * Makes the host a node of the founded cluster.
     * @param gate the founding
     * @param after what must be done before a new node comes in
     */
    join(gate: pulumi.Resource, after: pulumi.Resource[]): void {
        const { cluster, host, pki } = this.args;
        const files = pulumi
            .all([pki.clusterFile, this.kind.identity, this.kind.joinFiles ?? []])
            .apply(([clusterFile, content, joinFiles]) => [
                clusterFile,
                { path: discoveryKubeconfigPath, mode: "0600", content },
                ...joinFiles,
            ]);
        const options = { ...this.optionsOf("join"), dependsOn: [gate, this.prepared, ...this.needed(), ...after] };
        this.joined = this.kind.joinsOnce
            ? this.host.stepOnce(`${cluster}-${host.name}-join`, "join", pulumi.secret(files), {
                  ...options,
                  joins: true,
              })
            : this.host.step("join", pulumi.secret(files), options);
        if (host.drained) {
            this.host.step("drain", this.withAdmin(), {
                ...this.optionsOf("drain"),
                dependsOn: this.joined,
                delete: "uncordon",
                deletedWith: this.joined,
            });
        }
    }

    /** The administrator's kubeconfig, how the node is drained, and these files. */
    private withAdmin(files: pulumi.Input<DeliveredFile[]> = []): pulumi.Output<DeliveredFile[]> {
        const { plan, pki } = this.args;
        return pulumi
            .all([pki.adminKubeconfigFile(plan.endpoint, caFiles.node), files])
            .apply(([admin, more]) => [...admin, drainSettings(plan.drain), ...more]);
    }

    private optionsOf(resource: string): pulumi.CustomResourceOptions {
        const { kind, args } = this;
        return {
            parent: kind.parent,
            aliases: formerIdentity(kind.role, `${args.cluster}-${args.host.name}`, resource, kind.parent),
        };
    }
}

/** Until when a master's certificates have to last. Elsewhere nobody reads it: a new one is what makes the step run. */
export function certificatesUntilFile(until: string): DeliveredFile {
    return { path: "/etc/kubeadm-ha/certificates-until", mode: "0644", content: `${until}\n` };
}
