import { readFileSync } from "node:fs";

/** What a client needs for HTTPS by itself. */
export interface KubeconfigAccess {
    /** URL of the API server. */
    server: string;
    /** PEM, as node:https takes them. */
    credentials: { ca: Buffer; cert: Buffer; key: Buffer };
}

/** @param file a kubeconfig as the stack gives it: JSON, with one cluster and one user */
export function accessOf(file: string): KubeconfigAccess {
    const kubeconfig = JSON.parse(readFileSync(file, "utf8"));
    const { server, "certificate-authority-data": ca } = kubeconfig.clusters[0].cluster;
    const { "client-certificate-data": cert, "client-key-data": key } = kubeconfig.users[0].user;
    const decode = (text: string) => Buffer.from(text, "base64");
    return { server, credentials: { ca: decode(ca), cert: decode(cert), key: decode(key) } };
}
