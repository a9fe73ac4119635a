export interface KubeconfigParts {
    /** host:port of the API server. */
    endpoint: string;
    /** The cluster's CA: its certificate, PEM, or a file on the host that has it. */
    ca: { certificate: string } | { file: string };
    /** Name of the user entry. */
    user: string;
    /** Client certificate and its private key: PEM, or a file on the host that has both. */
    client: { certificate: string; privateKey: string } | { file: string };
}

/** A kubeconfig whose one user proves itself by a client certificate. JSON, which is YAML too. */
export function renderKubeconfig({ endpoint, ca, user, client }: KubeconfigParts): string {
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
                user:
                    "file" in client
                        ? { "client-certificate": client.file, "client-key": client.file }
                        : {
                              "client-certificate-data": base64(client.certificate),
                              "client-key-data": base64(client.privateKey),
                          },
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
