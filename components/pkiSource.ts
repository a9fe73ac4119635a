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
    /** The certificates that are trusted for it, its own first; more than that one only while the PKI is rotated. */
    trusted: pulumi.Output<string>;
}

/** The key pair that signs service-account tokens: PEM, the private key secret. */
export interface TokenKey {
    privateKey: pulumi.Output<string>;
    publicKey: pulumi.Output<string>;
    /** The public keys that tokens are accepted with, its own first. */
    trusted: pulumi.Output<string>;
}

/** What all masters share, wherever it comes from. */
export interface PkiSource {
    kubernetesCa: CaPair;
    /** Undefined where etcd is somebody else's. */
    etcdCa?: CaPair;
    frontProxyCa: CaPair;
    serviceAccount: TokenKey;
}

/**
 * A PKI of Pulumi's own making.
 * @param generation the first has names without a number
 */
export function madePki(
    name: string,
    generation: number,
    plan: ClusterPlan,
    opts: pulumi.CustomResourceOptions,
): PkiSource {
    const numbered = (suffix: string) => `${name}-${suffix}${generation > 1 ? `-${generation}` : ""}`;
    const ca = (suffix: string, commonName: string): CaPair => {
        const { certificate, privateKey } = new CertificateAuthority(numbered(suffix), commonName, opts);
        return { certificate, privateKey, trusted: certificate };
    };
    const key = new tls.PrivateKey(numbered("service-account-key"), { algorithm: "RSA", rsaBits: 2048 }, opts);
    return {
        kubernetesCa: ca("kubernetes-ca", "kubernetes"),
        etcdCa: plan.etcd.topology === "existing" ? undefined : ca("etcd-ca", "etcd-ca"),
        frontProxyCa: ca("front-proxy-ca", "front-proxy-ca"),
        serviceAccount: { privateKey: key.privateKeyPem, publicKey: key.publicKeyPem, trusted: key.publicKeyPem },
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
    const ca = (file: string): CaPair => {
        const certificate = known(`${file}.crt`);
        return { certificate, privateKey: secret(`${file}.key`), trusted: certificate };
    };
    const publicKey = known("sa.pub");
    return {
        kubernetesCa: ca("ca"),
        etcdCa: ca("etcd/ca"),
        frontProxyCa: ca("front-proxy-ca"),
        serviceAccount: { privateKey: secret("sa.key"), publicKey, trusted: publicKey },
    };
}
