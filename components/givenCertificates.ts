import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import ipaddr from "ipaddr.js";
import { parse, stringify } from "yaml";
import type { ClusterPlan } from "../config/clusterPlan";
import { hostAndPortOf, splitHostAndPort } from "../config/formats";
import { minorOf } from "../config/kubernetesVersions";
import { nodeAddress } from "../config/nodeAddress";
import type { NodeConfig } from "../config/schema";
import { ClientCertificate } from "./clientCertificate";
import type { DeliveredFile } from "./delivery";
import { IssuedCertificate, type IssuedCertificateArgs } from "./issuedCertificate";
import type { CaPair, PkiSource } from "./pkiSource";

const kubernetes = "/etc/kubernetes";
const pki = `${kubernetes}/pki`;
/** Where kubelet has its client certificate, with the key, on any node that kubeadm has made. */
const kubeletCertificate = "/var/lib/kubelet/pki/kubelet-client-current.pem";

type Files = pulumi.Output<DeliveredFile[]>;
type NamesAndUses = Pick<IssuedCertificateArgs, "subject" | "dnsNames" | "ipAddresses" | "uses">;

export interface GivenCertificatesArgs {
    plan: ClusterPlan;
    source: PkiSource;
}

/**
 * What kubeadm makes with the CAs' keys, and Pulumi brings where nobody but the user has those: certificates and
 * kubeconfigs, with kubeadm's own names in kubeadm's own places
 * (https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/#external-ca-mode).
 * What masters show as clients is the same on all of them.
 */
export class GivenCertificates {
    private readonly apiServerKubeletClient: ClientCertificate;
    private readonly frontProxyClient: ClientCertificate;
    private readonly controllerManager: ClientCertificate;
    private readonly scheduler: ClientCertificate;
    /** Of the masters' own admin.conf, which is not the administrator's. */
    private readonly admin: ClientCertificate;
    private readonly superAdmin: ClientCertificate;
    /** Undefined where etcd is somebody else's. */
    private readonly etcdClients?: { apiServer: ClientCertificate; healthCheck: ClientCertificate };

    constructor(
        private readonly name: string,
        private readonly args: GivenCertificatesArgs,
        opts: pulumi.CustomResourceOptions,
    ) {
        const { kubernetesCa, frontProxyCa, etcdCa } = args.source;
        const client = (suffix: string, ca: CaPair, commonName: string, organization?: string) =>
            new ClientCertificate(`${name}-${suffix}`, { ca, commonName, organization }, opts);
        this.apiServerKubeletClient = client(
            "apiserver-kubelet-client",
            kubernetesCa,
            "kube-apiserver-kubelet-client",
            // From 1.36 on it is this user who may ask kubelets, and may do nothing else.
            minorOf(args.plan.kubernetesVersion) < 36 ? "kubeadm:cluster-admins" : undefined,
        );
        this.frontProxyClient = client("front-proxy-client", frontProxyCa, "front-proxy-client");
        this.controllerManager = client("controller-manager", kubernetesCa, "system:kube-controller-manager");
        this.scheduler = client("scheduler", kubernetesCa, "system:kube-scheduler");
        this.admin = client("masters-admin", kubernetesCa, "kubernetes-admin", "kubeadm:cluster-admins");
        this.superAdmin = client("super-admin", kubernetesCa, "kubernetes-super-admin", "system:masters");
        this.etcdClients = etcdCa && {
            apiServer: client("apiserver-etcd-client", etcdCa, "kube-apiserver-etcd-client"),
            healthCheck: client("etcd-healthcheck-client", etcdCa, "kube-etcd-healthcheck-client"),
        };
    }

    /** Secret, as all of these. */
    ofMaster(master: NodeConfig, identity: ClientCertificate, opts: pulumi.CustomResourceOptions): Files {
        const { endpoint } = this.args.plan;
        const here = hostAndPortOf(nodeAddress(master) as string, 6443);
        return all([
            pair(`${pki}/apiserver`, this.issued(master, "apiserver", this.apiServer(master), opts)),
            pair(`${pki}/apiserver-kubelet-client`, this.apiServerKubeletClient),
            pair(`${pki}/front-proxy-client`, this.frontProxyClient),
            ...this.etcdFiles(master, opts),
            kubeconfig("admin", this.admin.kubeconfig(endpoint)),
            kubeconfig("controller-manager", this.controllerManager.kubeconfig(here)),
            kubeconfig("scheduler", this.scheduler.kubeconfig(here)),
            ...this.kubeletFiles(identity, here),
        ]);
    }

    ofWorker(identity: ClientCertificate): Files {
        return all(this.kubeletFiles(identity, this.args.plan.endpoint));
    }

    /**
     * All that a master has of certificates and keys, beside what is in use, to be compared with it and taken up. Where a
     * kubeconfig leads, and to whose certificate, does not change.
     */
    besideOfMaster(given: Files, shared: Files): Files {
        const changing = given.apply((files) => files.filter(({ path }) => path !== `${kubernetes}/kubelet.conf`));
        return beside(all([shared, changing]));
    }

    /** Kubelet's certificate in the same way. */
    besideOfWorker(given: Files): Files {
        return beside(given.apply((files) => files.filter(({ path }) => path === kubeletCertificate)));
    }

    /** Of the master that runs `kubeadm init`, which wants it: until it is done. */
    get superAdminFile(): Files {
        return all([kubeconfig("super-admin", this.superAdmin.kubeconfig(this.args.plan.endpoint))]);
    }

    private etcdFiles(master: NodeConfig, opts: pulumi.CustomResourceOptions): Files[] {
        if (!this.etcdClients) {
            return [];
        }
        const { serverCertSANs, peerCertSANs } = this.args.plan.kubeadm.clusterConfiguration.etcd?.local ?? {};
        const member = (part: string, names?: string[]) =>
            pair(`${pki}/etcd/${part}`, this.issued(master, `etcd-${part}`, etcdMember(master, names), opts));
        return [
            member("server", serverCertSANs),
            member("peer", peerCertSANs),
            pair(`${pki}/etcd/healthcheck-client`, this.etcdClients.healthCheck),
            pair(`${pki}/apiserver-etcd-client`, this.etcdClients.apiServer),
        ];
    }

    private kubeletFiles(identity: ClientCertificate, endpoint: string): Files[] {
        const certificate = pulumi
            .all([identity.certificate, identity.privateKey])
            .apply(([pem, key]) => [{ path: kubeletCertificate, mode: "0600", content: `${pem.trim()}\n${key}` }]);
        return [kubeconfig("kubelet", identity.kubeconfigOf(kubeletCertificate, endpoint)), certificate];
    }

    private issued(master: NodeConfig, part: string, args: NamesAndUses, opts: pulumi.CustomResourceOptions) {
        const { kubernetesCa, etcdCa } = this.args.source;
        const ca = part.startsWith("etcd-") ? (etcdCa as CaPair) : kubernetesCa;
        return new IssuedCertificate(`${this.name}-${master.name}-${part}`, { ca, ...args }, opts);
    }

    /** The names that kubeadm would put there. */
    private apiServer(master: NodeConfig): NamesAndUses {
        const { endpoint, network, kubeadm } = this.args.plan;
        const names = [
            master.name,
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            `kubernetes.default.svc.${network.dnsDomain}`,
            firstAddressOf(network.serviceSubnet),
            nodeAddress(master) as string,
            splitHostAndPort(endpoint).host,
            ...(kubeadm.clusterConfiguration.apiServer?.certSANs ?? []),
        ];
        return { subject: { commonName: "kube-apiserver" }, ...sorted(names), uses: ["server_auth"] };
    }
}

function etcdMember(master: NodeConfig, further: string[] = []): NamesAndUses {
    const names = [master.name, "localhost", nodeAddress(master) as string, "127.0.0.1", "::1", ...further];
    return { subject: { commonName: master.name }, ...sorted(names), uses: ["server_auth", "client_auth"] };
}

/** DNS names and addresses apart, each once. */
function sorted(names: string[]): Pick<NamesAndUses, "dnsNames" | "ipAddresses"> {
    const each = [...new Set(names)];
    return { dnsNames: each.filter((name) => !isIP(name)), ipAddresses: each.filter((name) => isIP(name)) };
}

/** The address of the Service "kubernetes". */
function firstAddressOf(subnet: string): string {
    const bytes = ipaddr.IPv4.networkAddressFromCIDR(subnet).toByteArray();
    bytes[3] += 1;
    return bytes.join(".");
}

function all(files: Files[]): Files {
    return pulumi.secret(pulumi.all(files).apply((lists) => lists.flat()));
}

/** Where hosts/lib/given-certificates.sh finds them. */
function beside(files: Files): Files {
    const place = "/run/kubeadm-ha/given";
    return files.apply((known) => known.map((file) => ({ ...file, path: `${place}${file.path}` })));
}

function pair(place: string, { certificate, privateKey }: IssuedCertificate): Files {
    return pulumi.all([certificate, privateKey]).apply(([pem, key]) => [
        { path: `${place}.crt`, mode: "0644", content: pem },
        { path: `${place}.key`, mode: "0600", content: key },
    ]);
}

/** As kubeadm writes them; the hosts' scripts read them line by line. */
function kubeconfig(name: string, text: pulumi.Output<string>): Files {
    const path = `${kubernetes}/${name}.conf`;
    return text.apply((known) => [{ path, mode: "0600", content: stringify(parse(known), { lineWidth: 0 }) }]);
}
