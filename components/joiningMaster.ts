import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { nodeAddress } from "../config/nodeAddress";
import type { NodeConfig } from "../config/schema";
import { ClusterNode, type ClusterNodeArgs, certificatesUntilFile } from "./clusterNode";
import { controlPlaneFiles } from "./controlPlaneFiles";
import type { DeliveredFile } from "./delivery";
import { etcdEndpoints, etcdPrefix } from "./etcdEndpoints";
import { HostGroup } from "./hostGroup";
import { masterJoinConfiguration, masterSettings } from "./kubeadmConfiguration";
import { maintainedVersion } from "./maintainCommand";
import type { BackEnd } from "./nginxConfiguration";
import { masterType } from "./nodeTypes";
import { packagesDigest } from "./packagesDigest";
import { caFiles } from "./pki";
import { servingNodes } from "./servingNodes";

/** A control-plane node: API server, scheduler, controller manager and etcd member. The founding host is one of them. */
export class JoiningMaster extends ClusterNode {
    readonly backEnd: BackEnd;
    /** The master reaches the etcd that is not on the masters; undefined where they run it. */
    etcdSeen?: remote.Command;
    /** Certificates and kubeconfigs that kubeadm does not make here; undefined where it makes them. */
    readonly given?: pulumi.Output<DeliveredFile[]>;
    private earlier?: JoiningMaster;

    constructor(args: ClusterNodeArgs, opts: pulumi.ComponentResourceOptions) {
        const { plan, host, pki } = args;
        const parent = new HostGroup(masterType, `${args.cluster}-${host.name}`, opts);
        const settings = masterSettings(plan, host);
        const controlPlane = controlPlaneFiles(plan);
        const identity = pki.nodeIdentity(host.name, { parent });
        const given = pki.given?.ofMaster(host, identity, { parent });
        const givenBeside = given && pki.given?.besideOfMaster(given, pki.masterFiles);
        super(args, {
            role: "master",
            parent,
            identity: identity.kubeconfig(plan.endpoint, caFiles.given),
            joinConfiguration: masterJoinConfiguration(plan, host),
            settings: [settings, ...controlPlane.map(({ path, content }) => `${path} ${content}`)].join(""),
            files: pulumi
                .all([pki.renewalClock.until, givenBeside ?? []])
                .apply(([until, more]) => [
                    { path: "/etc/kubeadm-ha/kubeadm.yaml", mode: "0600", content: settings },
                    certificatesUntilFile(until),
                    ...controlPlane,
                    ...more,
                ]),
            maintainFiles: givenBeside ?? pki.masterFilesBeside("/run/kubeadm-ha/shared-pki"),
            joinFiles: pulumi
                .all([pki.adminKubeconfigFile(plan.endpoint, caFiles.given), pki.masterFiles, given ?? []])
                .apply((files) => [...files.flat(), ...servingNodes(plan, [host])]),
            // Certificates that are signed anew are taken up in the master's turn.
            joinsOnce: given !== undefined,
        });
        this.given = given;
        this.backEnd = backEndOf(host);
    }

    /** When the first of the certificates that kubeadm has made here ends, RFC 3339; empty as long as no step has told. */
    get certificatesEnd(): pulumi.Output<string> {
        const told = [this.joined, this.maintained].map((step) => step?.stdout);
        // They are only ever renewed, so the later one is the one that holds.
        return pulumi.all(told).apply(
            (ends) =>
                ends
                    .map((end) => end?.trim() ?? "")
                    .sort()
                    .at(-1) ?? "",
        );
    }

    /** The Kubernetes version of its last change; undefined as long as it is not there. */
    get kubernetesVersion(): pulumi.Output<string | undefined> {
        return pulumi.output(this.maintained?.update).apply(maintainedVersion);
    }

    protected override needed(): pulumi.Resource[] {
        return [this.etcdSeen, this.earlier?.joined].filter((step) => step !== undefined);
    }

    /**
     * Puts other packages beside what runs.
     * @param after the same on other masters
     */
    stage(after: pulumi.Resource[]): remote.Command {
        const { cluster, plan, host } = this.args;
        const command = ["stage", plan.kubernetesVersion, ...packagesDigest(plan)].join(" ");
        return this.host.stepOfLiving(`${cluster}-${host.name}-stage`, command, {
            parent: this.kind.parent,
            dependsOn: [this.prepared, ...after],
        });
    }

    /** API servers of a cluster that is taken over restart one after another. */
    takeTurnAfter(earlier: JoiningMaster | undefined): void {
        this.earlier = earlier;
    }

    /** Looks whether this master can use an etcd that is not on the masters. `ready`: its members, where this program makes them. */
    lookAtEtcd(ready: pulumi.Resource[]): void {
        const { pki, plan } = this.args;
        const endpoints = etcdEndpoints(plan);
        if (!endpoints || !pki.etcdClient) {
            return;
        }
        const { ca, certificate, privateKey } = pki.etcdClient;
        const file = (name: string, content: string) => ({
            path: `/run/kubeadm-ha/etcd/${name}`,
            mode: "0600",
            content,
        });
        const files = pulumi
            .all([ca, certificate, privateKey])
            .apply(([caContent, certificateContent, keyContent]) => [
                file("ca.crt", caContent),
                file("client.crt", certificateContent),
                file("client.key", keyContent),
                file("prefix", etcdPrefix(plan)),
                file("endpoints", endpoints.map((endpoint) => `${endpoint}\n`).join("")),
            ]);
        this.etcdSeen = this.host.step("check-etcd", pulumi.secret(files), {
            parent: this.kind.parent,
            dependsOn: [this.prepared, ...ready],
        });
    }
}

/** A master as the load balancer sees it. */
export function backEndOf(master: NodeConfig): BackEnd {
    return { name: master.name, address: nodeAddress(master) ?? master.host };
}
