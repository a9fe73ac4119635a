import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as asn1 from "@peculiar/asn1-x509";

/** A certificate and the private key that belongs to it, PEM. */
export interface Identity {
    certificate: string;
    privateKey: string;
}

/** Who a client is, for Kubernetes. */
export interface Subject {
    /** The user. */
    commonName: string;
    /** The group. */
    organization: string;
}

const ids = { commonName: "2.5.4.3", organization: "2.5.4.10" };
/** How a CA signs with SHA-256, by the type of its key: ecdsa-with-SHA256 has no parameters, RSA's are null. */
const signatureAlgorithms: Record<string, asn1.AlgorithmIdentifier> = {
    ec: new asn1.AlgorithmIdentifier({ algorithm: "1.2.840.10045.4.3.2" }),
    rsa: new asn1.AlgorithmIdentifier({ algorithm: "1.2.840.113549.1.1.11", parameters: null }),
};

/**
 * Issues client certificates (RFC 5280) without a resource for each: with a new key (P-256) every time, so for a step that
 * is done once. They are valid as long as the CA.
 */
export class IdentityIssuer {
    private readonly ca: asn1.TBSCertificate;
    private readonly key: KeyObject;
    private readonly algorithm: asn1.AlgorithmIdentifier;
    private readonly extensions: asn1.Extensions;

    constructor(ca: Identity) {
        this.ca = AsnConvert.parse(new X509Certificate(ca.certificate).raw, asn1.Certificate).tbsCertificate;
        this.key = createPrivateKey(ca.privateKey);
        this.algorithm = signatureAlgorithms[this.key.asymmetricKeyType ?? ""];
        if (!this.algorithm) {
            throw new Error(
                `The cluster's CA has a key of type ${this.key.asymmetricKeyType}; it has to be RSA or ECDSA`,
            );
        }
        const { digitalSignature, keyEncipherment } = asn1.KeyUsageFlags;
        this.extensions = new asn1.Extensions([
            extension(asn1.id_ce_keyUsage, new asn1.KeyUsage(digitalSignature | keyEncipherment), true),
            extension(asn1.id_ce_extKeyUsage, new asn1.ExtendedKeyUsage([asn1.id_kp_clientAuth])),
            extension(asn1.id_ce_basicConstraints, new asn1.BasicConstraints(), true), // no CA
            ...authorityKeyIdentifier(this.ca),
        ]);
    }

    issue({ commonName, organization }: Subject): Identity {
        const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        const tbsCertificate = new asn1.TBSCertificate({
            version: asn1.Version.v3,
            serialNumber: serialNumber(),
            signature: this.algorithm,
            issuer: this.ca.subject,
            validity: this.ca.validity,
            subject: new asn1.Name([attribute(ids.organization, organization), attribute(ids.commonName, commonName)]),
            subjectPublicKeyInfo: AsnConvert.parse(
                publicKey.export({ type: "spki", format: "der" }),
                asn1.SubjectPublicKeyInfo,
            ),
            extensions: this.extensions,
        });
        const certificate = new asn1.Certificate({
            tbsCertificate,
            signatureAlgorithm: this.algorithm,
            signatureValue: new Uint8Array(sign("sha256", Buffer.from(AsnConvert.serialize(tbsCertificate)), this.key))
                .buffer,
        });
        return {
            certificate: new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString(),
            privateKey: privateKey.export({ type: "sec1", format: "pem" }) as string,
        };
    }
}

function extension(extnID: string, value: object, critical = false): asn1.Extension {
    return new asn1.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

/** Tells which key of the CA's has signed, where the CA's certificate has a name for it. */
function authorityKeyIdentifier({ extensions }: asn1.TBSCertificate): asn1.Extension[] {
    const own = extensions?.find(({ extnID }) => extnID === asn1.id_ce_subjectKeyIdentifier);
    if (!own) {
        return [];
    }
    const { buffer: keyIdentifier } = AsnConvert.parse(own.extnValue, asn1.SubjectKeyIdentifier);
    const value = new asn1.AuthorityKeyIdentifier({ keyIdentifier: new asn1.KeyIdentifier(keyIdentifier) });
    return [extension(asn1.id_ce_authorityKeyIdentifier, value)];
}

function attribute(type: string, utf8String: string): asn1.RelativeDistinguishedName {
    const value = new asn1.AttributeValue({ utf8String });
    return new asn1.RelativeDistinguishedName([new asn1.AttributeTypeAndValue({ type, value })]);
}

/** Positive, and without a leading zero. */
function serialNumber(): ArrayBuffer {
    const bytes = new Uint8Array(randomBytes(16));
    bytes[0] = (bytes[0] & 0x3f) | 0x40;
    return bytes.buffer;
}
