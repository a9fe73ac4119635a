import { z } from "zod";
import { type JsonSchema, jsonSchemaOf } from "./jsonSchema";
import { clusterConfig, masterCount } from "./schema";

/** The settings of this program in a stack's configuration, without the project's name before them. */
export const stackSettings = [
    "cluster",
    "masterCount",
    "workersFile",
    "etcdClientKey",
    "sshPrivateKey",
    "sshPrivateKeyPassword",
    "sudoPassword",
    "sudoPasswords",
];

/** What `pulumi config set --secret` writes. */
const secret = z.strictObject({ secure: z.string().min(1).describe("Encrypted by Pulumi.") });

/** A file Pulumi.STACK.yaml: settings of Pulumi itself and of others may stand beside those of this program. */
const stackFile = z.looseObject({
    config: z
        .looseObject({
            "kubeadm-ha:cluster": clusterConfig.describe("The cluster."),
            "kubeadm-ha:masterCount": z
                .union([masterCount, z.string().regex(/^[1-9][0-9]*$/)])
                .optional()
                .describe("How many of the masters are in use, from the head of the list. Default: all."),
            "kubeadm-ha:workersFile": z
                .string()
                .min(1)
                .optional()
                .describe("YAML file with further workers, as cluster.workers lists them: for hundreds of them."),
            "kubeadm-ha:etcdClientKey": secret
                .optional()
                .describe("Key for etcd.certificateFile: pulumi config set --secret etcdClientKey < client.key"),
            "kubeadm-ha:sshPrivateKey": secret
                .optional()
                .describe("Private key for SSH: pulumi config set --secret sshPrivateKey < id_ed25519"),
            "kubeadm-ha:sshPrivateKeyPassword": secret
                .optional()
                .describe(
                    "Passphrase of the private keys that have one: pulumi config set --secret sshPrivateKeyPassword",
                ),
            "kubeadm-ha:sudoPassword": secret
                .optional()
                .describe("Password that sudo asks users other than root for: pulumi config set --secret sudoPassword"),
            "kubeadm-ha:sudoPasswords": z
                .record(z.string(), secret)
                .optional()
                .describe("The same by names of hosts: pulumi config set --secret --path sudoPasswords.m1"),
        })
        .meta({ propertyNames: { pattern: `^(?!kubeadm-ha:)|^kubeadm-ha:(${stackSettings.join("|")})$` } }),
});

/** The JSON Schema that editors complete and check a stack file with: config/stack.schema.json. */
export function stackJsonSchema(): JsonSchema {
    return { title: "A stack of kubeadm-ha", ...jsonSchemaOf(stackFile) };
}
