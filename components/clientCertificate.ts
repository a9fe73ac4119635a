import * as pulumi from "@pulumi/pulumi";
import { IssuedCertificate } from "./issuedCertificate";
import { renderKubeconfig } from "./kubeconfig";
import type { CaPair } from "./pkiSource";

export interface ClientCertificateArgs {
    ca: CaPair;
    /** The user, for Kubernetes. */
    commonName: string;
    /** The group, for Kubernetes. Default: none. */
    organization?: string;
}

/** A client certificate for the API server. */
export class ClientCertificate extends IssuedCertificate {
    constructor(
        name: string,
        private readonly args: ClientCertificateArgs,
        opts: pulumi.CustomResourceOptions,
    ) {
        const { ca, commonName, organization } = args;
        super(name, { ca, subject: { commonName, organization }, uses: ["client_auth"] }, opts);
    }

    /**
     * Kubeconfig of this user, secret.
     * @param caFile where the host that it is for has the CA's certificate. Default: it is in the kubeconfig.
     */
    kubeconfig(endpoint: string, caFile?: string): pulumi.Output<string> {
        const { ca, commonName } = this.args;
        return pulumi.secret(
            pulumi
                .all([ca.trusted, this.certificate, this.privateKey])
                .apply(([caCertificate, certificate, privateKey]) =>
                    renderKubeconfig({
                        endpoint,
                        ca: caFile ? { file: caFile } : { certificate: caCertificate },
                        user: commonName,
                        client: { certificate, privateKey },
                    }),
                ),
        );
    }

    /** The same for a host that has certificate and key in this file. */
    kubeconfigOf(file: string, endpoint: string): pulumi.Output<string> {
        const { ca, commonName } = this.args;
        return ca.trusted.apply((certificate) =>
            renderKubeconfig({ endpoint, ca: { certificate }, user: commonName, client: { file } }),
        );
    }
}
