import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import { ConfigError } from "../config/configError";
import { IssuedCertificate } from "./issuedCertificate";
import type { CaPair } from "./pkiSource";

/** Certificates that are trusted for etcd's CA, and the API servers' client certificate with its key: PEM. */
export interface EtcdClient {
    ca: pulumi.Output<string>;
    certificate: pulumi.Output<string>;
    privateKey: pulumi.Output<string>;
}

export interface EtcdClientArgs {
    plan: ClusterPlan;
    /** Key of the client certificate for an etcd of the user's own. */
    key?: pulumi.Input<string>;
    /** CA of an etcd that this program makes. */
    ca?: CaPair;
}

/** The identity with which API servers use an etcd that is not on the masters; undefined where the masters run it. */
export function etcdClient(
    name: string,
    { plan, key, ca }: EtcdClientArgs,
    opts: pulumi.CustomResourceOptions,
): EtcdClient | undefined {
    const { etcd } = plan;
    if (etcd.topology === "existing") {
        return {
            ca: pulumi.output(readFileSync(etcd.caFile, "utf8")),
            certificate: pulumi.output(readFileSync(etcd.certificateFile, "utf8")),
            privateKey: pulumi.secret(key ?? ""),
        };
    }
    if (etcd.topology === "stacked" || !ca) {
        return undefined;
    }
    const subject = { commonName: "kube-apiserver-etcd-client" };
    const issued = new IssuedCertificate(name, { ca, subject, uses: ["client_auth"] }, opts);
    return { ca: ca.trusted, certificate: issued.certificate, privateKey: issued.privateKey };
}

/** @throws ConfigError where an etcd of one's own is used and the key for it is not given */
export function requireEtcdClientKey({ etcd }: ClusterPlan, key?: pulumi.Input<string>): void {
    if (etcd.topology === "existing" && key === undefined) {
        const words = `is missing: the key of ${etcd.certificateFile} ('pulumi config set --secret etcdClientKey < client.key')`;
        throw new ConfigError([{ path: "etcdClientKey", words }]);
    }
}
