import { z } from "zod";
import { filePath, imageTag, nodeName, url } from "./formats";
import { hostFields, lostField, nodeIpField, resetField } from "./hostSchema";

const etcdHost = z
    .strictObject({
        name: nodeName.describe("Name of the member and of everything that Pulumi keeps about the host."),
        ...hostFields,
        nodeIp: nodeIpField.describe("Address that the member announces. Default: `host`, which then has to be one."),
        reset: resetField,
        lost: lostField,
    })
    .meta({ examples: [{ name: "e1", host: "192.0.2.31" }] });

/** Where the cluster's etcd is: on the masters, on hosts of its own, or somebody else's. */
export const etcd = z.discriminatedUnion("topology", [
    z.strictObject({
        topology: z.literal("stacked").describe("A member on each master."),
    }),
    z.strictObject({
        topology: z.literal("external").describe("Members on hosts of their own, made and kept by this program."),
        hosts: z
            .array(etcdHost)
            .min(1)
            .describe("Hosts of the members: an odd number.")
            .meta({ examples: [[{ name: "e1", host: "192.0.2.31" }]] }),
        initHost: nodeName
            .meta({ examples: ["e2"] })
            .optional()
            .describe(
                "Host of the first member. Default: the first of `hosts` when the stack is created; the state records it. Set it in two cases only: if that host will not come back and etcd does not exist yet (switch that host off, or reset it, before); or to a running member, if an error says so. Remove it afterwards.",
            ),
        version: imageTag
            .optional()
            .describe(
                "Tag of etcd's image. Another one reaches one member after another. Default: members keep the one that they were made with, and new ones get kubeadm's for `kubernetesVersion`.",
            ),
        certificates: z
            .strictObject({
                validityDays: z
                    .int()
                    .min(1)
                    .max(3650)
                    .default(365)
                    .describe("How long members' certificates are valid."),
                renewalDays: z
                    .int()
                    .min(1)
                    .max(3650)
                    .default(60)
                    .describe("So long before they expire, `pulumi up` renews them, one member after another."),
            })
            .prefault({})
            .describe("Certificates of the members, which Pulumi issues."),
    }),
    z.strictObject({
        topology: z.literal("existing").describe("An etcd of yours, which this program only uses."),
        endpoints: z
            .array(url(["https"], "https://192.0.2.31:2379"))
            .min(1)
            .describe("Its client URLs.")
            .meta({ examples: [["https://192.0.2.31:2379"]] }),
        caFile: filePath.describe("Certificate of its CA, relative to the project."),
        certificateFile: filePath.describe(
            "Client certificate for the API servers, relative to the project. Its key is the stack's secret `etcdClientKey`.",
        ),
    }),
]);
