import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { ClusterPlan } from "../config/clusterPlan";
import type { Adoption } from "./adoption";
import { CertificateAuthority } from "./certificateAuthority";
import { undeliver } from "./delivery";
import { Seal } from "./sealed";

/** Certificate and key of a CA: PEM, the key secret. */
export interface CaPair {
    certificate: pulumi.Output<string>;
    privateKey: pulumi.Output<string>;
}

/** What all masters share, wherever it comes from. */
export interface PkiSource {
    kubernetesCa: CaPair;
    /** Undefined where etcd is somebody else's. */
    etcdCa?: CaPair;
    frontProxyCa: CaPair;
    /** The key pair that signs service-account tokens: PEM, the private key secret. */
    serviceAccount: { privateKey: pulumi.Output<string>; publicKey: pulumi.Output<string> };
}

/** A PKI of Pulumi's own making. */
export function madePki(name: string, plan: ClusterPlan, opts: pulumi.CustomResourceOptions): PkiSource {
    const ca = (suffix: string, commonName: string) => new CertificateAuthority(`${name}-${suffix}`, commonName, opts);
    const serviceAccount = new tls.PrivateKey(`${name}-service-account-key`, { algorithm: "RSA", rsaBits: 2048 }, opts);
    return {
        kubernetesCa: ca("kubernetes-ca", "kubernetes"),
        etcdCa: plan.etcd.topology === "existing" ? undefined : ca("etcd-ca", "etcd-ca"),
        frontProxyCa: ca("front-proxy-ca", "front-proxy-ca"),
        serviceAccount: { privateKey: serviceAccount.privateKeyPem, publicKey: serviceAccount.publicKeyPem },
    };
}

/** The PKI of a cluster that was made by hand, read from its master once; from then on the state has it. */
export function adoptedPki(
    name: string,
    { first, inspected }: Adoption,
    opts: pulumi.CustomResourceOptions,
): PkiSource {
    const seal = new Seal(`${name}-source-seal`, opts);
    const read = first.stepNamed(
        `${name}-source`,
        "read-pki",
        seal.file.apply((file) => [file]),
        { ...opts, dependsOn: inspected, ignoreChanges: ["*"], additionalSecretOutputs: ["stdout"] },
    );
    const files = seal.open(read.stdout).apply(undeliver);
    const secret = (file: string) => files.apply((contents) => contents[file]);
    const known = (file: string) => pulumi.unsecret(secret(file));
    const ca = (file: string) => ({ certificate: known(`${file}.crt`), privateKey: secret(`${file}.key`) });
    return {
        kubernetesCa: ca("ca"),
        etcdCa: ca("etcd/ca"),
        frontProxyCa: ca("front-proxy-ca"),
        serviceAccount: { privateKey: secret("sa.key"), publicKey: known("sa.pub") },
    };
}
