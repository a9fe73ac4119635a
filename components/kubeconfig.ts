export interface KubeconfigParts {
    /** host:port of the API server. */
    endpoint: string;
    /** The cluster's CA: its certificate, PEM, or a file on the host that has it. */
    ca: { certificate: string } | { file: string };
    /** Name of the user entry. */
    user: string;
    /** Client certificate, PEM. */
    certificate: string;
    /** Private key of the client certificate, PEM. */
    privateKey: string;
}

/** A kubeconfig whose one user proves itself by a client certificate. JSON, which is YAML too. */
export function renderKubeconfig({ endpoint, ca, user, certificate, privateKey }: KubeconfigParts): string {
    const kubeconfig = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [
            {
                name: "kubernetes",
                cluster: {
                    server: `https://${endpoint}`,
                    ...("file" in ca
                        ? { "certificate-authority": ca.file }
                        : { "certificate-authority-data": base64(ca.certificate) }),
                },
            },
        ],
        users: [
            {
                name: user,
                user: { "client-certificate-data": base64(certificate), "client-key-data": base64(privateKey) },
            },
        ],
        contexts: [{ name: `${user}@kubernetes`, context: { cluster: "kubernetes", user } }],
        "current-context": `${user}@kubernetes`,
    };
    return `${JSON.stringify(kubeconfig, null, 2)}\n`;
}

function base64(text: string): string {
    return Buffer.from(text).toString("base64");
}
