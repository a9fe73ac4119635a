import { X509Certificate } from "node:crypto";

/** When a certificate, as PEM, ends: RFC 3339. */
export function endOf(pem: string): string {
    return new Date(new X509Certificate(pem).validTo).toISOString().replace(".000Z", "Z");
}
