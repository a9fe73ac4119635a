import { createHash, createPublicKey } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import type { Adoption } from "./adoption";
import { endOf } from "./certificateEnd";
import type { Ends } from "./certificateWarnings";
import { ClientCertificate } from "./clientCertificate";
import { pkiType } from "./clusterTypes";
import type { DeliveredFile } from "./delivery";
import { type EtcdClient, etcdClient } from "./etcdClient";
import { GivenCertificates } from "./givenCertificates";
import { IdentityIssuer } from "./identityIssuer";
import { signingCaFile } from "./kubeadmConfiguration";
import { renderKubeconfig } from "./kubeconfig";
import { presentPki } from "./pkiRotation";
import type { CaPair, TokenKey } from "./pkiSource";
import { RenewalClock } from "./renewalClock";

const folder = "/etc/kubernetes/pki";

/** Where a host has the certificate of the cluster's CA: for as long as a step runs that was given it, and as a node. */
export const caFiles = { given: "/run/kubeadm-ha/cluster-ca.crt", node: `${folder}/ca.crt` };

export interface PkiArgs {
    plan: ClusterPlan;
    /** Key of the client certificate for an etcd of the user's own. */
    etcdClientKey?: pulumi.Input<string>;
    /** Of a cluster that was made by hand: the PKI is that of its master. */
    adoption?: Adoption;
}

/**
 * What all masters share and every client trusts: the CAs of kubernetes, etcd and the front proxy, and the key pair that
 * signs service-account tokens. kubeadm finds them in its own place and makes every leaf certificate from them
 * (https://kubernetes.io/docs/setup/best-practices/certificates/).
 */
export class Pki extends pulumi.ComponentResource {
    /** The files that a master needs before `kubeadm init` or `kubeadm join`: secret. */
    readonly masterFiles: pulumi.Output<DeliveredFile[]>;
    /** etcd's CA, where this program makes etcd. Its key is on masters that run etcd, and on no other host. */
    readonly etcdCa?: CaPair;
    /** What the API servers show to an etcd that is not on the masters. */
    readonly etcdClient?: EtcdClient;

    /** Tells when the certificates of masters are due. */
    readonly renewalClock: RenewalClock;
    /** When the CAs end, and the client certificate for an etcd of the user's own. */
    readonly lastingEnds: pulumi.Output<Ends>;
    /** What kubeadm cannot make without the CAs' keys; undefined where it has them. */
    readonly given?: GivenCertificates;

    private readonly plan: ClusterPlan;
    private readonly kubernetesCa: CaPair;
    private readonly tokenKey: pulumi.Output<string>;
    private readonly admin: ClientCertificate;
    /** Undefined where the CA's key is not in Pulumi's hands. */
    private readonly issuer?: pulumi.Output<IdentityIssuer>;

    constructor(
        private readonly name: string,
        args: PkiArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(pkiType, name, {}, opts);
        const child = { parent: this };
        const source = presentPki(name, args.plan, args.adoption, child);
        this.plan = args.plan;
        this.kubernetesCa = source.kubernetesCa;
        this.tokenKey = source.serviceAccount.publicKey;
        this.etcdCa = source.etcdCa;
        this.etcdClient = etcdClient(
            `${name}-etcd-client`,
            { plan: args.plan, key: args.etcdClientKey, ca: this.etcdCa },
            child,
        );
        this.issuer =
            this.kubernetesCa.privateKey &&
            pulumi
                .all([this.kubernetesCa.certificate, this.kubernetesCa.privateKey])
                .apply(([certificate, privateKey]) => new IdentityIssuer({ certificate, privateKey }));
        this.admin = new ClientCertificate(
            `${name}-admin`,
            { ca: this.kubernetesCa, commonName: "kubernetes-admin", organization: "kubeadm:cluster-admins" },
            child,
        );
        this.renewalClock =
            source.renewalClock ?? new RenewalClock(`${name}-renewal`, args.plan, this.admin.privateKey, child);
        if (args.plan.pki.external) {
            this.given = new GivenCertificates(name, { plan: args.plan, source }, child);
        }

        this.lastingEnds = endsOf({
            "the CA of Kubernetes": this.kubernetesCa.certificate,
            "the CA of the front proxy": source.frontProxyCa.certificate,
            "the CA of etcd": this.etcdCa?.certificate,
            "the client certificate for etcd": this.etcdCa ? undefined : this.etcdClient?.certificate,
        });
        this.masterFiles = pulumi.secret(
            pulumi
                .all([
                    pair("ca", this.kubernetesCa),
                    this.etcdClient ? etcdClientFiles(this.etcdClient) : pair("etcd/ca", this.etcdCa as CaPair),
                    pair("front-proxy-ca", source.frontProxyCa),
                    keyPair(source.serviceAccount),
                    args.plan.pki.rotate ? signingCertificate(this.kubernetesCa) : [],
                ])
                .apply((files) => files.flat()),
        );
        this.registerOutputs({});
    }

    /** The masters' files beside those in use, for a master that takes them up in its turn: secret. */
    masterFilesBeside(place: string): pulumi.Output<DeliveredFile[]> {
        const moved = ({ path, ...file }: DeliveredFile) => ({ ...file, path: path.replace(folder, place) });
        return this.masterFiles.apply((files) => files.map(moved));
    }

    /** etcd's CA as a file of a host, without its key. */
    get etcdCaFile(): pulumi.Output<DeliveredFile> {
        const { trusted } = this.etcdCa as CaPair;
        return trusted.apply((content) => ({ path: `${folder}/etcd/ca.crt`, mode: "0644", content }));
    }

    /**
     * Which key signs service-account tokens, as they name it ("kid"): for the nodes, whose pods must have no token of an
     * earlier one when that is dropped. None before a rotation has ended.
     */
    get tokenKeyFiles(): pulumi.Output<DeliveredFile[]> {
        const { generation, rotate } = this.plan.pki;
        if (generation === 1 || rotate) {
            return pulumi.output([]);
        }
        return this.tokenKey.apply((key) => [
            { path: "/run/kubeadm-ha/token-key", mode: "0644", content: `${keyId(key)}\n` },
        ]);
    }

    /** Kubeconfig of the cluster's administrator, secret; no host keeps it. */
    adminKubeconfig(endpoint: string): pulumi.Output<string> {
        return this.admin.kubeconfig(endpoint);
    }

    /** The file that tells a host which cluster a step is about: the first on its stdin. */
    get clusterFile(): pulumi.Output<DeliveredFile> {
        return this.kubernetesCa.trusted.apply((content) => ({ path: caFiles.given, mode: "0644", content }));
    }

    /** The administrator's kubeconfig as a file in a host's memory, for a step that needs it as long as it runs. */
    adminKubeconfigFile(endpoint: string, caFile: string): pulumi.Output<DeliveredFile[]> {
        const file = (content: string) => [{ path: "/run/kubeadm-ha/admin.conf", mode: "0600", content }];
        return pulumi.secret(this.admin.kubeconfig(endpoint, caFile).apply(file));
    }

    /** The cluster's file and, beside it, the administrator's kubeconfig: for a host that may not have joined yet, too. */
    administratorFiles(endpoint: string): pulumi.Output<DeliveredFile[]> {
        return pulumi
            .all([this.clusterFile, this.adminKubeconfigFile(endpoint, caFiles.given)])
            .apply(([cluster, admin]) => [cluster, ...admin]);
    }

    /**
     * Files of an identity that may look at Nodes and little else, for the load balancer's host: kube-proxy's, whose rights
     * (ClusterRole system:node-proxier) every cluster has.
     */
    observerFiles(opts: pulumi.CustomResourceOptions): pulumi.Output<DeliveredFile[]> {
        const observer = new ClientCertificate(
            `${this.name}-observer`,
            { ca: this.kubernetesCa, commonName: "system:kube-proxy", organization: "kubeadm-ha:observers" },
            opts,
        );
        const file = (suffix: string, content: string) => ({
            path: `/run/kubeadm-ha/observer.${suffix}`,
            mode: "0600",
            content,
        });
        return pulumi.secret(
            pulumi
                .all([observer.certificate, observer.privateKey])
                .apply(([certificate, privateKey]) => [file("crt", certificate), file("key", privateKey)]),
        );
    }

    /**
     * With it a host can be nothing but the node of this name (group system:nodes): it may read what `kubeadm join` needs and
     * ask for its own kubelet certificate.
     */
    nodeIdentity(node: string, opts: pulumi.CustomResourceOptions): ClientCertificate {
        return new ClientCertificate(
            `${this.name}-${node}`,
            { ca: this.kubernetesCa, commonName: `system:node:${node}`, organization: "system:nodes" },
            opts,
        );
    }

    /**
     * Its kubeconfig without a resource: with a new key in every run, so for a join whose inputs do not matter any more once
     * it is done. Only with the CA's key.
     */
    newNodeKubeconfig(node: string, endpoint: string): pulumi.Output<string> {
        const user = `system:node:${node}`;
        return pulumi.secret(
            (this.issuer as pulumi.Output<IdentityIssuer>).apply((issuer) => {
                const identity = issuer.issue({ commonName: user, organization: "system:nodes" });
                return renderKubeconfig({ endpoint, ca: { file: caFiles.given }, user, client: identity });
            }),
        );
    }
}

/** Of certificates as PEM. */
function endsOf(certificates: Record<string, pulumi.Output<string> | undefined>): pulumi.Output<Ends> {
    const given = Object.entries(certificates).filter(([, pem]) => pem !== undefined);
    return pulumi.output(Object.fromEntries(given) as Record<string, pulumi.Output<string>>).apply((texts) => {
        return Object.fromEntries(Object.entries(texts).map(([name, pem]) => [name, endOf(pem)]));
    });
}

/** As kube-apiserver does: the digest of the public key's SubjectPublicKeyInfo. */
function keyId(publicKey: string): string {
    const der = createPublicKey(publicKey).export({ type: "spki", format: "der" });
    return createHash("sha256").update(der).digest("base64url");
}

function etcdClientFiles({ ca, certificate, privateKey }: EtcdClient): pulumi.Output<DeliveredFile[]> {
    return pulumi.all([ca, certificate, privateKey]).apply(([caContent, certificateContent, keyContent]) => [
        { path: `${folder}/etcd/ca.crt`, mode: "0644", content: caContent },
        { path: `${folder}/apiserver-etcd-client.crt`, mode: "0644", content: certificateContent },
        { path: `${folder}/apiserver-etcd-client.key`, mode: "0600", content: keyContent },
    ]);
}

/** Of a CA: its key where there is one. */
function pair(name: string, ca: CaPair): pulumi.Output<DeliveredFile[]> {
    return pulumi
        .all([ca.trusted, ca.privateKey])
        .apply(([trusted, privateKey]) => [
            { path: `${folder}/${name}.crt`, mode: "0644", content: trusted },
            ...(privateKey === undefined ? [] : [{ path: `${folder}/${name}.key`, mode: "0600", content: privateKey }]),
        ]);
}

function keyPair(key: TokenKey): pulumi.Output<DeliveredFile[]> {
    return pulumi.all([key.privateKey, key.trusted]).apply(([privateKey, trusted]) => [
        { path: `${folder}/sa.key`, mode: "0600", content: privateKey },
        { path: `${folder}/sa.pub`, mode: "0600", content: trusted },
    ]);
}

/** What kube-controller-manager signs with must be one certificate, and `ca.crt` has two while the PKI is rotated. */
function signingCertificate({ certificate }: CaPair): pulumi.Output<DeliveredFile[]> {
    return certificate.apply((content) => [{ path: signingCaFile, mode: "0644", content }]);
}
