import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { type CertificateAuthority, caValidityHours } from "./certificateAuthority";
import { renderKubeconfig } from "./kubeconfig";

export interface ClientCertificateArgs {
    ca: CertificateAuthority;
    /** The user, for Kubernetes. */
    commonName: string;
    /** The group, for Kubernetes. */
    organization: string;
}

/** A client certificate signed by a CA, valid as long as the CA so that no plan is ever noisy. */
export class ClientCertificate {
    /** PEM. */
    readonly certificate: pulumi.Output<string>;
    /** PEM, secret. */
    readonly privateKey: pulumi.Output<string>;

    constructor(
        name: string,
        private readonly args: ClientCertificateArgs,
        opts: pulumi.CustomResourceOptions,
    ) {
        const { ca, commonName, organization } = args;
        const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, opts);
        const request = new tls.CertRequest(
            `${name}-request`,
            { privateKeyPem: key.privateKeyPem, subject: { commonName, organization } },
            opts,
        );
        const certificate = new tls.LocallySignedCert(
            name,
            {
                certRequestPem: request.certRequestPem,
                caPrivateKeyPem: ca.privateKey,
                caCertPem: ca.certificate,
                validityPeriodHours: caValidityHours,
                earlyRenewalHours: 0,
                allowedUses: ["digital_signature", "key_encipherment", "client_auth"],
            },
            opts,
        );
        this.certificate = certificate.certPem;
        this.privateKey = pulumi.secret(key.privateKeyPem);
    }

    /** Kubeconfig of this user, secret. */
    kubeconfig(endpoint: string): pulumi.Output<string> {
        const parts = pulumi.all([this.args.ca.certificate, this.certificate, this.privateKey]);
        return pulumi.secret(
            parts.apply(([caCertificate, certificate, privateKey]) =>
                renderKubeconfig({ endpoint, caCertificate, user: this.args.commonName, certificate, privateKey }),
            ),
        );
    }
}
