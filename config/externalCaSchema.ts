import { z } from "zod";
import { filePath } from "./formats";

/** CAs whose keys stay with the user: their certificates, and the command that has certificates signed. */
export const externalCa = z
    .strictObject({
        caFile: filePath
            .meta({ examples: ["./pki/kubernetes-ca.crt"] })
            .describe("Certificate of the cluster's CA, relative to the project."),
        frontProxyCaFile: filePath
            .meta({ examples: ["./pki/front-proxy-ca.crt"] })
            .describe("Certificate of the CA of the front proxy, another one than the cluster's."),
        etcdCaFile: filePath
            .meta({ examples: ["./pki/etcd-ca.crt"] })
            .optional()
            .describe("Certificate of etcd's CA, another one still. Left out with an etcd of your own."),
        sign: z
            .string()
            .min(1)
            .meta({ examples: ["./sign"] })
            .describe(
                "Command on the machine where Pulumi runs: a certificate request on stdin, the certificate on stdout, both PEM. Another command signs everything anew.",
            ),
    })
    .meta({
        examples: [
            {
                caFile: "./pki/kubernetes-ca.crt",
                frontProxyCaFile: "./pki/front-proxy-ca.crt",
                etcdCaFile: "./pki/etcd-ca.crt",
                sign: "./sign",
            },
        ],
    });
