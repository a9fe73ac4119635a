import type { WantedCertificate } from "./certificateCheck";

/** CAs, as the user's command is told which one is to sign. */
export type CaName = "kubernetes" | "front-proxy" | "etcd";

/** What components/signCertificate.ts reads from stdin: JSON. Nothing of it is secret. */
export interface SigningRequest {
    /** The user's command. */
    command: string;
    /** What the certificate is, for people: "prod-m1-apiserver". */
    name: string;
    ca: CaName;
    hours: number;
    /** PEM. */
    request: string;
    wanted: WantedCertificate;
}

/** What the user's command is told beside the request: its environment. */
export function environmentOf({ name, ca, hours, wanted }: SigningRequest): Record<string, string> {
    return {
        KUBEADM_HA_CERTIFICATE: name,
        KUBEADM_HA_CA: ca,
        KUBEADM_HA_USAGES: wanted.usages.join(),
        KUBEADM_HA_HOURS: String(hours),
    };
}
