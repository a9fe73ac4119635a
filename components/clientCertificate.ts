import * as pulumi from "@pulumi/pulumi";
import { IssuedCertificate } from "./issuedCertificate";
import { renderKubeconfig } from "./kubeconfig";
import type { CaPair } from "./pkiSource";

export interface ClientCertificateArgs {
    ca: CaPair;
    /** The user, for Kubernetes. */
    commonName: string;
    /** The group, for Kubernetes. */
    organization: string;
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

    /** Kubeconfig of this user, secret. */
    kubeconfig(endpoint: string): pulumi.Output<string> {
        const parts = pulumi.all([this.args.ca.certificate, this.certificate, this.privateKey]);
        return pulumi.secret(
            parts.apply(([caCertificate, certificate, privateKey]) =>
                renderKubeconfig({ endpoint, caCertificate, user: this.args.commonName, certificate, privateKey }),
            ),
        );
    }
}
