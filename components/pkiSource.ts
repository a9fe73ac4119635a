import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { validityHours } from "../config/certificateValidity";
import type { ClusterPlan } from "../config/clusterPlan";
import type { ExternalCaConfig } from "../config/schema";
import type { Adoption } from "./adoption";
import { CertificateAuthority } from "./certificateAuthority";
import { CertificateSigner } from "./certificateSigner";
import { undeliver } from "./delivery";
import { once } from "./host";
import { RenewalClock } from "./renewalClock";
import { Seal } from "./sealed";
import type { CaName } from "./signingRequest";

/** Certificate of a CA, and its key or whoever signs with that: PEM, the key secret. */
export type CaPair = TrustedCa & (OwnCa | ForeignCa);

interface TrustedCa {
    certificate: pulumi.Output<string>;
    /** The certificates that are trusted for it, its own first; more than that one only while the PKI is rotated. */
    trusted: pulumi.Output<string>;
}

interface OwnCa {
    privateKey: pulumi.Output<string>;
    signer?: undefined;
}

/** One whose key is not in Pulumi's state, nor on any host. */
interface ForeignCa {
    privateKey?: undefined;
    signer: CertificateSigner;
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
    /** Tells when certificates are due, where the source of the PKI needs to know it itself. */
    renewalClock?: RenewalClock;
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
    return {
        kubernetesCa: ca("kubernetes-ca", "kubernetes"),
        etcdCa: plan.etcd.topology === "existing" ? undefined : ca("etcd-ca", "etcd-ca"),
        frontProxyCa: ca("front-proxy-ca", "front-proxy-ca"),
        serviceAccount: tokenKey(numbered("service-account-key"), opts),
    };
}

function tokenKey(name: string, opts: pulumi.CustomResourceOptions): TokenKey {
    const key = new tls.PrivateKey(name, { algorithm: "RSA", rsaBits: 2048 }, opts);
    return { privateKey: key.privateKeyPem, publicKey: key.publicKeyPem, trusted: key.publicKeyPem };
}

/** A PKI whose CAs are the user's. The key for tokens is Pulumi's: no CA signs it. */
export function externalPki(
    name: string,
    external: ExternalCaConfig,
    plan: ClusterPlan,
    opts: pulumi.CustomResourceOptions,
): PkiSource {
    const serviceAccount = tokenKey(`${name}-service-account-key`, opts);
    const renewalClock = new RenewalClock(`${name}-renewal`, plan, serviceAccount.privateKey, opts);
    const ca = (caName: CaName, file: string): CaPair => {
        // Without what may stand around it in the file.
        const caCertificate = new X509Certificate(readFileSync(file)).toString();
        const signer = new CertificateSigner({
            ca: caName,
            caCertificate,
            command: external.sign,
            hours: validityHours(plan),
            until: renewalClock.until,
        });
        const certificate = pulumi.output(caCertificate);
        return { certificate, trusted: certificate, signer };
    };
    return {
        kubernetesCa: ca("kubernetes", external.caFile),
        etcdCa: external.etcdCaFile === undefined ? undefined : ca("etcd", external.etcdCaFile),
        frontProxyCa: ca("front-proxy", external.frontProxyCaFile),
        serviceAccount,
        renewalClock,
    };
}

/**
 * The PKI of a cluster that was made by hand, read from its master once; from then on the state has it: in a resource without a
 * command, of which no update can run anything or lose what it holds. In states of earlier versions that resource read the PKI
 * itself, and has it as its stdout.
 */
export function adoptedPki(
    name: string,
    { first, inspected }: Adoption,
    opts: pulumi.CustomResourceOptions,
): PkiSource {
    const seal = new Seal(`${name}-source-seal`, opts);
    const read = first.stepOnce(
        `${name}-source-read`,
        "read-pki",
        seal.file.apply((file) => [file]),
        { ...opts, dependsOn: inspected, additionalSecretOutputs: ["stdout"] },
    );
    const kept = new remote.Command(
        `${name}-source`,
        { connection: { host: "none: this runs nothing" }, stdin: pulumi.secret(read.stdout) },
        once({ ...opts, additionalSecretOutputs: ["stdout"] }),
    );
    const sealed = pulumi.all([kept.stdout, kept.stdin]).apply(([stdout, stdin]) => stdout || (stdin ?? ""));
    const files = seal.open(sealed).apply(undeliver);
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
