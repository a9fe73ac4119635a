import { existsSync } from "node:fs";
import type { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Mistake } from "../config/configError";
import { privateKeyForm } from "../config/privateKey";
import type { NamedFile } from "../config/sshEndpoint";
import type { SshSecrets } from "../config/sshSecrets";
import { type ProjectFiles, unknownText } from "./projectFiles";

/** What a connection says about the login key. */
export type Login = Pick<types.input.remote.ConnectionArgs, "privateKey" | "privateKeyPassword">;

/** The keys that log in: from a file, else from the stack, else from the SSH agent, which the provider asks by itself. */
export class PrivateKeys {
    private readonly unusable = new Map<string, Mistake>();
    private needsAgent = false;

    constructor(
        private readonly files: ProjectFiles,
        private readonly secrets: SshSecrets,
    ) {}

    login(named: NamedFile | undefined): Login {
        if (named) {
            return this.fromFile(named);
        }
        if (this.secrets.sshPrivateKey === undefined) {
            this.needsAgent = true;
            return {};
        }
        return this.withPassword(this.secrets.sshPrivateKey);
    }

    /** Keys that will not do. */
    mistakes(): Mistake[] {
        return [...this.unusable.values()];
    }

    /** What is not here, but need not be here for a preview. */
    absent(): Mistake[] {
        const socket = process.env.SSH_AUTH_SOCK;
        if (socket) {
            // The provider asks an agent that it is told of even where it has a key, and fails without an answer.
            return existsSync(socket)
                ? []
                : [
                      {
                          path: "SSH_AUTH_SOCK",
                          words: `"${socket}" is not there: start the SSH agent, or unset the variable`,
                      },
                  ];
        }
        const words =
            "is missing, the secret sshPrivateKey is not set, and there is no SSH agent (SSH_AUTH_SOCK is not set)";
        return this.needsAgent ? [{ path: "cluster.ssh.privateKeyFile", words }] : [];
    }

    private fromFile(named: NamedFile): Login {
        const text = this.files.read(named);
        if (text === undefined) {
            return { privateKey: unknownText };
        }
        const form = privateKeyForm(text);
        const isUnlocked = form !== "encrypted" || this.secrets.sshPrivateKeyPassword !== undefined;
        if (form === "unreadable") {
            this.refuse(named, "has no private key in a form that can be read; 'ssh-keygen -p' rewrites one");
        } else if (!isUnlocked) {
            this.refuse(
                named,
                "has a passphrase: 'pulumi config set --secret sshPrivateKeyPassword', or leave the file to an SSH agent",
            );
        }
        return this.withPassword(text);
    }

    private refuse({ file, path }: NamedFile, words: string): void {
        this.unusable.set(file, { path, words: `${JSON.stringify(file)} ${words}` });
    }

    /** The passphrase goes only with a key that has one: the provider refuses it elsewhere. */
    private withPassword(key: pulumi.Input<string>): Login {
        const { sshPrivateKeyPassword: password } = this.secrets;
        const privateKey = pulumi.secret(key);
        if (password === undefined) {
            return { privateKey };
        }
        const fitting = pulumi
            .all([key, password])
            .apply(([text, passphrase]) => (privateKeyForm(text) === "encrypted" ? passphrase : undefined));
        return { privateKey, privateKeyPassword: pulumi.secret(fitting) as pulumi.Output<string> };
    }
}
