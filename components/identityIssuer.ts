import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";
import { bitString, der, integer, membersOf, objectIdentifier, octetString, sequence, set, utf8String } from "./der";

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

const tags = { version: 0xa0, extensions: 0xa3, keyIdentifier: 0x80, null: 0x05 };
const critical = Buffer.from([0x01, 0x01, 0xff]);
/** digitalSignature and keyEncipherment: the first and the third bit of eight, of which five are not used. */
const keyUsage = Buffer.from([0x03, 0x02, 0x05, 0xa0]);
const oid = {
    subjectKeyIdentifier: objectIdentifier("2.5.29.14"),
    keyUsage: objectIdentifier("2.5.29.15"),
    basicConstraints: objectIdentifier("2.5.29.19"),
    authorityKeyIdentifier: objectIdentifier("2.5.29.35"),
    extendedKeyUsage: objectIdentifier("2.5.29.37"),
    clientAuth: objectIdentifier("1.3.6.1.5.5.7.3.2"),
    commonName: objectIdentifier("2.5.4.3"),
    organization: objectIdentifier("2.5.4.10"),
    ecdsaWithSha256: objectIdentifier("1.2.840.10045.4.3.2"),
    sha256WithRsa: objectIdentifier("1.2.840.113549.1.1.11"),
};

/**
 * Issues client certificates (RFC 5280) without a resource for each: with a new key (P-256) every time, so for a step that
 * is done once. They are valid as long as the CA.
 */
export class IdentityIssuer {
    /** PEM. */
    readonly caCertificate: string;
    private readonly key: KeyObject;
    /** As the CA's certificate has them, byte by byte. */
    private readonly name: Buffer;
    private readonly validity: Buffer;
    private readonly extensions: Buffer[];

    constructor(ca: Identity) {
        this.caCertificate = ca.certificate;
        this.key = createPrivateKey(ca.privateKey);
        const [content] = membersOf(new X509Certificate(ca.certificate).raw);
        const [, , , , validity, name, , ...optional] = membersOf(content);
        this.name = name;
        this.validity = validity;
        this.extensions = [
            sequence(oid.keyUsage, critical, octetString(keyUsage)),
            sequence(oid.extendedKeyUsage, octetString(sequence(oid.clientAuth))),
            sequence(oid.basicConstraints, critical, octetString(sequence())), // no CA
            ...authorityKeyIdentifier(optional),
        ];
    }

    issue({ commonName, organization }: Subject): Identity {
        const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        const algorithm = signatureAlgorithm(this.key);
        const content = sequence(
            der(tags.version, integer(Buffer.from([2]))), // version 3
            integer(serialNumber()),
            algorithm,
            this.name,
            this.validity,
            sequence(attribute(oid.organization, organization), attribute(oid.commonName, commonName)),
            publicKey.export({ type: "spki", format: "der" }),
            der(tags.extensions, sequence(...this.extensions)),
        );
        const signature = bitString(sign("sha256", content, this.key));
        return {
            certificate: pem(sequence(content, algorithm, signature)),
            privateKey: privateKey.export({ type: "sec1", format: "pem" }) as string,
        };
    }
}

/** Tells which key of the CA's has signed, where the CA's certificate has a name for it. */
function authorityKeyIdentifier(optional: Buffer[]): Buffer[] {
    const extensions = optional.find(([tag]) => tag === tags.extensions);
    const all = extensions ? membersOf(membersOf(extensions)[0]).map(membersOf) : [];
    const own = all.find(([type]) => type.equals(oid.subjectKeyIdentifier));
    if (!own) {
        return [];
    }
    const [identifier] = membersOf(own[own.length - 1]); // an octet string in an octet string
    const content = der(tags.keyIdentifier, identifier.subarray(2));
    return [sequence(oid.authorityKeyIdentifier, octetString(sequence(content)))];
}

function signatureAlgorithm({ asymmetricKeyType }: KeyObject): Buffer {
    switch (asymmetricKeyType) {
        case "ec":
            return sequence(oid.ecdsaWithSha256);
        case "rsa":
            return sequence(oid.sha256WithRsa, der(tags.null));
        default:
            throw new Error(`The cluster's CA has a key of type ${asymmetricKeyType}; it has to be RSA or ECDSA`);
    }
}

function attribute(type: Buffer, value: string): Buffer {
    return set(sequence(type, utf8String(value)));
}

/** Positive, and without a leading zero. */
function serialNumber(): Buffer {
    const bytes = randomBytes(16);
    bytes[0] = (bytes[0] & 0x3f) | 0x40;
    return bytes;
}

function pem(certificate: Buffer): string {
    const lines = certificate.toString("base64").match(/.{1,64}/g) as string[];
    return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
