import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

/** Ten years, as kubeadm's own CAs. */
export const caValidityHours = 10 * 365 * 24;

/** A self-signed CA whose key lives in Pulumi's encrypted state. Not renewed by itself: a new CA is a deliberate act. */
export class CertificateAuthority extends pulumi.ComponentResource {
    /** PEM. */
    readonly certificate: pulumi.Output<string>;
    /** PEM, secret. */
    readonly privateKey: pulumi.Output<string>;

    constructor(name: string, commonName: string, opts: pulumi.ComponentResourceOptions) {
        super("kubeadm:index:CertificateAuthority", name, {}, opts);
        const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, { parent: this });
        const certificate = new tls.SelfSignedCert(
            name,
            {
                privateKeyPem: key.privateKeyPem,
                subject: { commonName },
                dnsNames: [commonName],
                isCaCertificate: true,
                setSubjectKeyId: true,
                validityPeriodHours: caValidityHours,
                earlyRenewalHours: 0,
                allowedUses: ["digital_signature", "key_encipherment", "cert_signing"],
            },
            { parent: this },
        );
        this.certificate = certificate.certPem;
        this.privateKey = pulumi.secret(key.privateKeyPem);
        this.registerOutputs({});
    }
}
