import { relative } from "node:path";
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { WantedCertificate } from "./certificateCheck";
import type { CaName, SigningRequest } from "./signingRequest";

export interface CertificateSignerArgs {
    ca: CaName;
    /** PEM. */
    caCertificate: string;
    /** The user's command. */
    command: string;
    /** How long certificates are to be valid. */
    hours: number;
    /** A certificate that ends before that is refused; when it changes, all are signed anew. */
    until: pulumi.Output<string>;
}

/** A certificate that is to be signed. */
export interface CertificateRequest
    extends Pick<WantedCertificate, "commonName" | "organization" | "names" | "usages"> {
    /** PEM. */
    request: pulumi.Output<string>;
    /** PEM. */
    publicKey: pulumi.Output<string>;
}

/**
 * Has certificates signed by a CA whose key this program never sees: by the user's command, on the machine where Pulumi
 * runs, and not in a preview.
 */
export class CertificateSigner {
    constructor(private readonly args: CertificateSignerArgs) {}

    /** @returns the certificate, PEM, which is what was asked for */
    sign(name: string, certificate: CertificateRequest, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
        const { ca, caCertificate, command, hours, until } = this.args;
        const { request, publicKey, ...wanted } = certificate;
        const stdin = pulumi.all([request, publicKey, until]).apply(([csr, key, end]) => {
            const signing: SigningRequest = {
                name,
                ca,
                command,
                hours,
                request: csr,
                wanted: { ...wanted, publicKey: key, until: end, caCertificate },
            };
            return `${JSON.stringify(signing, null, 2)}\n`;
        });
        const run = `node --require tsx/cjs ${relative(process.cwd(), require.resolve("./signCertificate"))}`;
        // Signed anew in its place: what depends on it is updated, and never replaced.
        const signed = new local.Command(
            name,
            { create: run, update: run, stdin, logging: "stderr", addPreviousOutputInEnv: false },
            opts,
        );
        return signed.stdout.apply((text) => `${text.trim()}\n`);
    }
}
