import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import { nodeAddress } from "../config/nodeAddress";
import type { EtcdHostConfig, ExternalEtcdConfig } from "../config/schema";
import { endOf } from "./certificateEnd";
import { containerdConfiguration } from "./containerdConfiguration";
import type { DeliveredFile } from "./delivery";
import { etcdKubeletConfiguration, etcdMemberConfiguration } from "./etcdConfiguration";
import { memberEndpoint } from "./etcdEndpoints";
import { Host } from "./host";
import { etcdMemberSettings } from "./hostSettings";
import { IssuedCertificate, type IssuedCertificateArgs } from "./issuedCertificate";
import { etcdMemberType } from "./nodeTypes";
import { packagesDigest } from "./packagesDigest";
import type { Pki } from "./pki";
import type { CaPair } from "./pkiSource";
import type { SshAccess } from "./sshAccess";

export interface EtcdMemberArgs {
    cluster: string;
    clusterId: pulumi.Output<string>;
    plan: ClusterPlan;
    host: EtcdHostConfig;
    access: SshAccess;
    pki: Pki;
}

const pkiFolder = "/etc/kubernetes/pki/etcd";

/**
 * A member of the external etcd: a static pod under a kubelet of its own, as kubeadm documents it. The CA's key is on no
 * host: the certificates come from Pulumi.
 */
export class EtcdMember extends pulumi.ComponentResource {
    readonly host: Host;
    readonly config: EtcdHostConfig;
    readonly endpoint: string;
    readonly prepared: remote.Command;
    /** When the first of its certificates ends, RFC 3339. */
    readonly certificatesEnd: pulumi.Output<string>;
    /** The host has what its member is made of; undefined until `maintain` was called. */
    maintained?: remote.Command;
    /** The host is a member; undefined until `join` was called. */
    joined?: remote.Command;
    private readonly certificates: pulumi.Output<DeliveredFile[]>;
    private leaving?: remote.Command;

    constructor(
        private readonly args: EtcdMemberArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(etcdMemberType, `${args.cluster}-${args.host.name}`, {}, opts);
        const { cluster, clusterId, plan, host, access, pki } = args;
        this.host = new Host(host.name, cluster, access, clusterId);
        this.config = host;
        this.endpoint = memberEndpoint(host);
        this.prepared = this.host.firstStep(
            "prepare",
            pki.clusterFile.apply((clusterFile) => [clusterFile, etcdMemberSettings(host, plan), this.containerdFile]),
            { parent: this },
        );
        this.certificates = this.certificateFiles(pki.etcdCa as CaPair);
        const ends = (files: DeliveredFile[]) =>
            files.filter(({ path }) => path.endsWith(".crt")).map(({ content }) => endOf(content));
        // Secret are the keys among the files.
        this.certificatesEnd = pulumi.unsecret(this.certificates.apply((files) => ends(files).sort()[0]));
    }

    /**
     * Brings what the member is made of: certificates, version, settings. One that lives follows them.
     * @param masters are all found to be fit for what changes, before any member changes
     * @param after the member that is served before this one
     */
    maintain(masters: pulumi.Resource[], after?: EtcdMember): void {
        const { pki, plan, host } = this.args;
        const files = pulumi
            .all([pki.clusterFile, pki.etcdCaFile, this.certificates])
            .apply(([clusterFile, caFile, own]) => [
                clusterFile,
                caFile,
                ...own,
                this.containerdFile,
                configuration("etcd.yaml", etcdMemberConfiguration(plan, host)),
                configuration("etcd-kubelet.yaml", etcdKubeletConfiguration(plan)),
                // Nobody reads it: another one is what makes the step run.
                configuration("packages", [plan.kubernetesVersion, ...packagesDigest(plan)].join(" ")),
            ]);
        this.maintained = this.host.step("maintain-etcd", pulumi.secret(files), {
            parent: this,
            dependsOn: [this.prepared, ...masters, ...(after?.maintained ? [after.maintained] : [])],
        });
    }

    /**
     * Makes the host a member.
     * @param peers the other members, joined or not
     * @param needed what has to be done before
     */
    join(peers: EtcdMember[], needed: pulumi.Resource[]): void {
        const others = peers.filter((peer) => peer !== this).map(({ endpoint }) => `${endpoint}\n`);
        const file = { path: "/run/kubeadm-ha/etcd-peers", mode: "0644", content: others.join("") };
        const { cluster, host, pki } = this.args;
        const files = pki.clusterFile.apply((clusterFile) => [clusterFile, file]);
        // Which members there were does not matter later.
        this.joined = this.host.stepOnce(`${cluster}-${host.name}-join-etcd`, "join-etcd", files, {
            parent: this,
            dependsOn: [this.maintained as remote.Command, ...needed],
            joins: true,
        });
    }

    /**
     * What is run when the host is taken out of the configuration.
     * @param after members that leave later than this one, should several leave at once
     * @param gate the founding of the cluster: when it goes, there is nothing to leave
     */
    leave(after: EtcdMember[], gate: pulumi.Resource): void {
        const child = { parent: this };
        const reset = this.host.lastStep("reset", [], { ...child, dependsOn: this.joined });
        this.leaving = this.host.lastStep("leave-etcd", [], {
            ...child,
            dependsOn: [reset, ...after.flatMap((member) => member.leaving ?? [])],
            deletedWith: gate,
        });
        this.registerOutputs({});
    }

    /** For a new host, and for a member, which takes it up in its turn. */
    private get containerdFile(): DeliveredFile {
        return configuration("containerd.toml", containerdConfiguration(this.args.plan.containerd));
    }

    private certificateFiles(ca: CaPair): pulumi.Output<DeliveredFile[]> {
        const { cluster, host, plan } = this.args;
        const { validityDays, renewalDays } = (plan.etcd as ExternalEtcdConfig).certificates;
        const names = {
            dnsNames: [host.name, "localhost"],
            ipAddresses: [nodeAddress(host) as string, "127.0.0.1", "::1"],
        };
        const pair = (
            file: string,
            args: Pick<IssuedCertificateArgs, "subject" | "uses" | "dnsNames" | "ipAddresses">,
        ) => {
            const issued = new IssuedCertificate(
                `${cluster}-${host.name}-etcd-${file}`,
                { ca, ...args, validityHours: validityDays * 24, renewalHours: renewalDays * 24 },
                { parent: this },
            );
            return pulumi.all([issued.certificate, issued.privateKey]).apply(([certificate, privateKey]) => [
                { path: `${pkiFolder}/${file}.crt`, mode: "0644", content: certificate },
                { path: `${pkiFolder}/${file}.key`, mode: "0600", content: privateKey },
            ]);
        };
        const subject = { commonName: host.name };
        const both: IssuedCertificateArgs["uses"] = ["server_auth", "client_auth"];
        return pulumi
            .all([
                pair("server", { subject, uses: both, ...names }),
                pair("peer", { subject, uses: both, ...names }),
                pair("healthcheck-client", {
                    subject: { commonName: "kube-etcd-healthcheck-client" },
                    uses: ["client_auth"],
                }),
            ])
            .apply((files) => files.flat());
    }
}

function configuration(name: string, content: string): DeliveredFile {
    return { path: `/etc/kubeadm-ha/${name}`, mode: "0644", content };
}
