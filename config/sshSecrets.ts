import * as pulumi from "@pulumi/pulumi";

/** What the stack keeps secret about reaching hosts. */
export interface SshSecrets {
    /** Private key for SSH. Default: `ssh.privateKeyFile`, else the SSH agent. */
    sshPrivateKey?: pulumi.Input<string>;
    /** Passphrase of the private keys that have one. */
    sshPrivateKeyPassword?: pulumi.Input<string>;
    /** Password that sudo asks users other than root for. Default: sudo asks for none. */
    sudoPassword?: pulumi.Input<string>;
    /** The same by names of hosts, where they differ. */
    sudoPasswords?: Record<string, pulumi.Input<string>>;
}

/** The secrets of a stack's configuration, by the same names. */
export function sshSecretsOf(config: pulumi.Config): SshSecrets {
    return {
        sshPrivateKey: config.getSecret("sshPrivateKey"),
        sshPrivateKeyPassword: config.getSecret("sshPrivateKeyPassword"),
        sudoPassword: config.getSecret("sudoPassword"),
        sudoPasswords: secretsByName(config, "sudoPasswords"),
    };
}

/** An object of secrets, as `pulumi config set --secret --path sudoPasswords.m1` makes it: its keys are no secret. */
function secretsByName(config: pulumi.Config, key: string): Record<string, pulumi.Output<string>> {
    const names = Object.keys(JSON.parse(pulumi.runtime.getConfig(`${config.name}:${key}`) ?? "{}"));
    return Object.fromEntries(
        names.map((name) => [
            name,
            config.requireSecretObject<Record<string, string>>(key).apply((values) => values[name]),
        ]),
    );
}
