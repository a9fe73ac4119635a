import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { caValidityHours } from "./certificateAuthority";
import type { CaPair } from "./pkiSource";

/** Who a certificate is of, for Kubernetes: the user and the group. */
export interface Subject {
    commonName: string;
    organization?: string;
}

export interface IssuedCertificateArgs {
    ca: CaPair;
    subject: Subject;
    dnsNames?: string[];
    ipAddresses?: string[];
    uses: ("client_auth" | "server_auth")[];
    /** Default: as long as the CA, so that no plan is ever noisy. A CA's signer decides for itself. */
    validityHours?: number;
    /** So long before its end `pulumi up` issues a new one. Default: never. A CA's signer decides for itself. */
    renewalHours?: number;
}

const usageOf = { client_auth: "clientAuth", server_auth: "serverAuth" } as const;

/** A key pair of Pulumi's and a certificate for it, signed by a CA: with its key, or by whoever has that. */
export class IssuedCertificate {
    /** PEM. */
    readonly certificate: pulumi.Output<string>;
    /** PEM, secret. */
    readonly privateKey: pulumi.Output<string>;

    constructor(name: string, args: IssuedCertificateArgs, opts: pulumi.CustomResourceOptions) {
        const { ca, subject, dnsNames, ipAddresses, uses } = args;
        const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, opts);
        const { certRequestPem } = new tls.CertRequest(
            `${name}-request`,
            { privateKeyPem: key.privateKeyPem, subject, dnsNames, ipAddresses },
            opts,
        );
        this.privateKey = pulumi.secret(key.privateKeyPem);
        if (ca.signer) {
            const request = { request: certRequestPem, publicKey: key.publicKeyPem };
            const names = [...(dnsNames ?? []), ...(ipAddresses ?? [])];
            const usages = uses.map((use) => usageOf[use]);
            this.certificate = ca.signer.sign(name, { ...request, ...subject, names, usages }, opts);
            return;
        }
        const certificate = new tls.LocallySignedCert(
            name,
            {
                certRequestPem,
                caPrivateKeyPem: ca.privateKey,
                caCertPem: ca.certificate,
                validityPeriodHours: args.validityHours ?? caValidityHours,
                earlyRenewalHours: args.renewalHours ?? 0,
                allowedUses: ["digital_signature", "key_encipherment", ...uses],
            },
            opts,
        );
        this.certificate = certificate.certPem;
    }
}
