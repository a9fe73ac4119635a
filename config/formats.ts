import ipaddr from "ipaddr.js";
import { z } from "zod";
import { hostKeyMistake } from "./hostKey";

/** The small formats that configuration values have, each with the words said when a value is not of it. */

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Name of a Node: a DNS label, so that it fits every place that Kubernetes puts it. */
export const nodeName = z
    .string()
    .regex(dnsLabel, "is not a DNS label: lower-case letters, digits and '-', at most 63, example: m1");

/** IPv4 or IPv6 address, or DNS name. */
export const hostAddress = z
    .string()
    .refine((value) => ipaddr.isValid(value) || value.split(".").every((label) => dnsLabel.test(label.toLowerCase())), {
        message: "is neither an address nor a DNS name, examples: 192.0.2.11, m1.example.com",
    });

/** A host's public key that the command provider can check. */
export const hostKey = z.string().superRefine((value, context) => {
    const message = hostKeyMistake(value);
    if (message) {
        context.addIssue({ code: "custom", message });
    }
});

/** Version of the form 1.x.y, without v. */
export const kubernetesVersion = z
    .string()
    .regex(/^1\.\d+\.\d+$/, "is not a Kubernetes version of the form 1.x.y, example: 1.36.3");

/** Network in CIDR notation whose address is the network's own. */
export const cidr = z
    .string()
    .refine(isNetwork, { message: "is not a network in CIDR notation, example: 10.244.0.0/16" });

/** "host:port"; an IPv6 address stands in brackets. */
export const hostAndPort = z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, "is not host:port, example: api.example.com:6443");

function isNetwork(value: string): boolean {
    if (!ipaddr.isValidCIDR(value)) {
        return false;
    }
    const [address, prefix] = ipaddr.parseCIDR(value);
    const family = address.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
    return family.networkAddressFromCIDR(value).toString() === address.toString() && prefix > 0;
}
