import type { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import { ConfigError } from "../config/configError";
import { type SshEndpoint, sshEndpoints } from "../config/sshEndpoint";
import type { SshSecrets } from "../config/sshSecrets";
import { HostKeys } from "./hostKeys";
import { PrivateKeys } from "./privateKeys";
import { ProjectFiles, unknownText } from "./projectFiles";
import type { Elevation } from "./sudo";

type Connection = types.input.remote.ConnectionArgs;

/**
 * A host that boots, or a network that comes back, is waited for: half a minute where connections are refused, more than 3
 * minutes where nothing answers. The engine tells of each attempt. No longer, because a wrong key is tried again as often.
 */
const patience = { dialErrorLimit: 15, perDialTimeout: 10 };

/**
 * How every host of a cluster is reached. Host keys are always checked: a host whose key is not known is a mistake in the
 * configuration. Only a preview goes on without a file, or an SSH agent, that it does not find, because it opens no
 * connection.
 */
export class SshAccess {
    private readonly files = new ProjectFiles();
    private readonly hostKeys = new HostKeys(this.files);
    private readonly privateKeys: PrivateKeys;
    private readonly connections = new Map<string, Connection>();

    /** @throws ConfigError that names every file and every key that is missing */
    constructor(
        plan: ClusterPlan,
        private readonly secrets: SshSecrets = {},
    ) {
        this.privateKeys = new PrivateKeys(this.files, secrets);
        for (const [name, endpoint] of sshEndpoints(plan)) {
            this.connections.set(name, this.connect(endpoint));
        }
        this.report();
    }

    /** Connection of a host of the plan, by its name. */
    connection(name: string): Connection {
        return this.connections.get(name) as Connection;
    }

    /** How steps become root on a host of the plan, by its name. */
    elevation(name: string): Elevation {
        if (this.connection(name).user === "root") {
            return { how: "root" };
        }
        const password = this.secrets.sudoPasswords?.[name] ?? this.secrets.sudoPassword;
        return password === undefined ? { how: "passwordless" } : { how: "password", password };
    }

    private connect(endpoint: SshEndpoint): Connection {
        const { host, port, user, hostKey, privateKeyFile, bastion } = endpoint;
        const key = this.hostKeys.keyOf(endpoint);
        return {
            host,
            port,
            user,
            hostKey: hostKey ?? (key ? `${key.type} ${key.key}` : unknownText),
            ...this.privateKeys.login(privateKeyFile),
            ...patience,
            ...(bastion && { proxy: this.connect(bastion) }),
        };
    }

    private report(): void {
        const mistakes = [...this.hostKeys.mistakes(), ...this.privateKeys.mistakes()];
        const absent = [...this.files.mistakes(), ...this.privateKeys.absent()];
        if (mistakes.length > 0 || (absent.length > 0 && !pulumi.runtime.isDryRun())) {
            throw new ConfigError([...mistakes, ...absent]);
        }
        for (const { path, words } of absent) {
            pulumi.log.warn(`${path}: ${words}; a preview goes on without it, 'pulumi up' will not`);
        }
    }
}
