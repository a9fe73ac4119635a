import { createPublicKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";

/** What a certificate is for, as RFC 5280 names it. */
export type Usage = "serverAuth" | "clientAuth";

/** A certificate as it has to be. */
export interface WantedCertificate {
    /** The user, for Kubernetes. */
    commonName: string;
    /** The group, for Kubernetes. Default: none. */
    organization?: string;
    /** DNS names and IP addresses. */
    names: string[];
    usages: Usage[];
    /** It has to last that long: RFC 3339. */
    until: string;
    /** Of the key that it is for: PEM. */
    publicKey: string;
    /** Of the CA that is to sign it: PEM. */
    caCertificate: string;
}

const idOfUsage: Record<Usage, string> = { serverAuth: "1.3.6.1.5.5.7.3.1", clientAuth: "1.3.6.1.5.5.7.3.2" };

/** Clocks differ. */
const slack = 5 * 60_000;

/**
 * What is wrong with a certificate that somebody else has just signed; undefined where it is what was asked for.
 * @param text what was given: one PEM certificate and nothing else
 */
export function faultIn(text: string, wanted: WantedCertificate): string | undefined {
    const certificate = onlyCertificateIn(text);
    return typeof certificate === "string" ? certificate : differenceOf(certificate, wanted);
}

function onlyCertificateIn(text: string): X509Certificate | string {
    const found = text.match(/-----BEGIN [^-]*-----/g) ?? [];
    const begins = "-----BEGIN CERTIFICATE-----";
    if (text.trim() === "") {
        return "it has printed nothing; one PEM certificate is wanted on stdout";
    }
    if (found.length !== 1 || !text.trim().startsWith(begins) || !text.trim().endsWith("-----END CERTIFICATE-----")) {
        return `it has printed ${found.length > 1 ? `${found.length} PEM blocks` : "something else than a certificate"}; one PEM certificate is wanted on stdout, and nothing beside it`;
    }
    try {
        return new X509Certificate(text);
    } catch {
        return "what it has printed looks like a certificate and cannot be read";
    }
}

function differenceOf(certificate: X509Certificate, wanted: WantedCertificate): string | undefined {
    const ca = new X509Certificate(wanted.caCertificate);
    const faults = [
        keyOf(certificate.publicKey) !== keyOf(createPublicKey(wanted.publicKey)) &&
            "it is for another key than that of the request",
        !(certificate.checkIssued(ca) && certificate.verify(ca.publicKey)) &&
            `it is not signed by the CA ${oneLine(ca.subject)}`,
        certificate.ca && "it is the certificate of a CA (basicConstraints: CA:TRUE)",
        subjectFault(certificate, wanted),
        namesFault(certificate, wanted),
        usagesFault(certificate, wanted),
        timeFault(certificate, ca, wanted),
    ];
    return faults.filter((fault) => typeof fault === "string").join("; ") || undefined;
}

function keyOf(key: ReturnType<typeof createPublicKey>): string {
    return key.export({ type: "spki", format: "pem" }) as string;
}

/** Kubernetes takes the subject for user and groups: one more group is more rights. */
function subjectFault({ subject }: X509Certificate, { commonName, organization }: WantedCertificate) {
    const parts = subject.split("\n").filter((part) => /^(CN|O)=/.test(part));
    const wanted = [...(organization === undefined ? [] : [`O=${organization}`]), `CN=${commonName}`];
    return (
        parts.sort().join() !== [...wanted].sort().join() &&
        `its subject is ${oneLine(subject) || "empty"} and has to be ${wanted.join(", ")}`
    );
}

function namesFault(certificate: X509Certificate, { names }: WantedCertificate) {
    const has = (certificate.subjectAltName ?? "").split(", ").map((name) => name.toLowerCase());
    const missing = names.filter((name) =>
        isIP(name) ? certificate.checkIP(name) === undefined : !has.includes(`dns:${name.toLowerCase()}`),
    );
    return missing.length > 0 && `it lacks the names ${missing.join(", ")} (subjectAltName of the request)`;
}

function usagesFault(certificate: X509Certificate, { usages }: WantedCertificate) {
    // What Node.js calls the key usage is the extended one.
    const missing = usages.filter((usage) => !certificate.keyUsage?.includes(idOfUsage[usage]));
    return missing.length > 0 && `it lacks the extended key usage ${missing.join(", ")}`;
}

function timeFault(certificate: X509Certificate, ca: X509Certificate, { until }: WantedCertificate) {
    const [ends, caEnds] = [certificate, ca].map(({ validTo }) => Date.parse(validTo));
    const end = Math.min(ends, caEnds);
    if (Date.parse(certificate.validFrom) > Date.now() + slack) {
        return `it is not valid before ${inUtc(Date.parse(certificate.validFrom))}`;
    }
    return (
        end + slack < Date.parse(until) &&
        `${caEnds < ends ? "its CA ends" : "it ends"} at ${inUtc(end)} and has to last until ${until} (KUBEADM_HA_HOURS; kubeadm.clusterConfiguration.certificateValidityPeriod asks for less)`
    );
}

function inUtc(time: number): string {
    return new Date(time).toISOString();
}

function oneLine(subject: string): string {
    return subject.split("\n").join(", ");
}
