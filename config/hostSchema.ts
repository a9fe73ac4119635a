import { z } from "zod";
import { filePath, hostAddress, hostKey, oneWord } from "./formats";

/** What is said about reaching a host, and what hosts of every kind have. */

const sshUser = oneWord.meta({ examples: ["ops"] });
const noPort = "is not a port: ports are 1 to 65535";
export const portNumber = z.int().min(1, noPort).max(65535, noPort);
const privateKeyFile = filePath.optional().meta({ examples: ["./id_ed25519"] });

const bastion = z.strictObject({
    host: hostAddress.describe("Address or DNS name of the bastion."),
    port: portNumber.default(22).describe("Port of the bastion's sshd."),
    user: sshUser.optional().describe("Login user at the bastion. Default: that of the host behind it."),
    hostKey: hostKey.optional().describe("The bastion's host key. Default: looked up in `ssh.knownHosts`."),
    privateKeyFile: privateKeyFile.describe("Private key for the bastion. Default: that for the host behind it."),
});

const sshFiles = {
    privateKeyFile: privateKeyFile.describe(
        "Private key, relative to the project. Without it, and without the secret `sshPrivateKey`, the SSH agent is asked.",
    ),
    knownHosts: filePath
        .optional()
        .describe(
            "known_hosts file, relative to the project, with the key of every host that has no `hostKey` of its own.",
        ),
};

export const ssh = z.strictObject({
    user: sshUser
        .default("root")
        .describe("Login user. Anyone but root needs sudo: passwordless, or with the secret `sudoPassword`."),
    port: portNumber.default(22).describe("Port of sshd."),
    ...sshFiles,
    bastion: bastion.optional().describe("Host that leads to the others; nothing runs on it."),
});

/** No defaults here: what a host does not say is as for all hosts. */
const sshOfHost = z.strictObject({
    user: sshUser.optional(),
    port: portNumber.optional(),
    ...sshFiles,
    bastion: z
        .union([z.literal("none"), bastion], {
            error: "is neither a bastion with host, port, user, hostKey, privateKeyFile, nor none",
        })
        .optional(),
});

export const hostFields = {
    host: hostAddress.describe("Address or DNS name that SSH connects to."),
    hostKey: hostKey
        .meta({ examples: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5…"] })
        .optional()
        .describe("Host key as in /etc/ssh/ssh_host_*_key.pub. Default: looked up in `ssh.knownHosts`."),
    ssh: sshOfHost
        .optional()
        .describe("What differs for this host from `ssh` above; `bastion: none` reaches it directly."),
};

export const nodeIpField = z
    .ipv4("is not an IPv4 address")
    .meta({ examples: ["192.0.2.11"] })
    .optional();

export const resetField = z
    .boolean()
    .default(false)
    .describe(
        "What an earlier cluster has left on this host may be wiped (kubeadm reset) before it joins. A living node of this cluster never is.",
    );

export const adoptField = z
    .boolean()
    .default(false)
    .describe(
        "This master runs already, made by hand with kubeadm: its cluster is taken over. A cluster that was taken over says so at one of its masters for as long as it lives. Masters only.",
    );

export const lostField = z
    .boolean()
    .default(false)
    .describe(
        "The host will not come back: a surviving one evicts it, without a connection to it. Delete the entry afterwards.",
    );
