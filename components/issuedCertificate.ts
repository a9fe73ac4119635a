import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { caValidityHours } from "./certificateAuthority";
import type { CaPair } from "./pkiSource";

export interface IssuedCertificateArgs {
    ca: CaPair;
    subject: { commonName: string; organization?: string };
    dnsNames?: string[];
    ipAddresses?: string[];
    uses: ("client_auth" | "server_auth")[];
    /** Default: as long as the CA, so that no plan is ever noisy. */
    validityHours?: number;
    /** So long before its end `pulumi up` issues a new one. Default: never. */
    renewalHours?: number;
}

/** A key pair of Pulumi's and a certificate for it, signed by a CA. */
export class IssuedCertificate {
    /** PEM. */
    readonly certificate: pulumi.Output<string>;
    /** PEM, secret. */
    readonly privateKey: pulumi.Output<string>;

    constructor(name: string, args: IssuedCertificateArgs, opts: pulumi.CustomResourceOptions) {
        const { ca, subject, dnsNames, ipAddresses, uses } = args;
        const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, opts);
        const request = new tls.CertRequest(
            `${name}-request`,
            { privateKeyPem: key.privateKeyPem, subject, dnsNames, ipAddresses },
            opts,
        );
        const certificate = new tls.LocallySignedCert(
            name,
            {
                certRequestPem: request.certRequestPem,
                caPrivateKeyPem: ca.privateKey,
                caCertPem: ca.certificate,
                validityPeriodHours: args.validityHours ?? caValidityHours,
                earlyRenewalHours: args.renewalHours ?? 0,
                allowedUses: ["digital_signature", "key_encipherment", ...uses],
            },
            opts,
        );
        this.certificate = certificate.certPem;
        this.privateKey = pulumi.secret(key.privateKeyPem);
    }
}
