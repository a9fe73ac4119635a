import { existsSync, readFileSync } from "node:fs";
import type { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../config/clusterPlan";
import { ConfigError, type Mistake } from "../config/configError";
import { findHostKey } from "../config/knownHosts";
import type { SshConfig } from "../config/schema";

type Connection = types.input.remote.ConnectionArgs;

/** Stands in a preview for what only `pulumi up` needs. */
const unknownText = pulumi.output(pulumi.unknown as unknown as string);

/** What a host's configuration says about reaching it. */
export interface ReachableHost {
    name: string;
    host: string;
    hostKey?: string;
    ssh?: Partial<SshConfig>;
}

/**
 * How every host of a cluster is reached. Host keys are always checked: a host whose key is not known is a mistake in the
 * configuration. Only a preview goes on without a key file or known_hosts file, because it opens no connection.
 */
export class SshAccess {
    private readonly mistakes: Mistake[] = [];
    private readonly absentFiles = new Map<string, Mistake>();
    private readonly connections = new Map<string, Connection>();

    /**
     * @param privateKey key to log in with, where no host names a `privateKeyFile`
     * @throws ConfigError that names every file and every host key that is missing
     */
    constructor(
        private readonly plan: ClusterPlan,
        private readonly privateKey?: pulumi.Input<string>,
    ) {
        for (const { path, host } of hostsOf(plan)) {
            this.connections.set(host.name, this.connect(host, path));
        }
        this.report();
    }

    /** Connection of a host of the plan, by its name. */
    connection(name: string): Connection {
        return this.connections.get(name) as Connection;
    }

    /** Login user of a host of the plan, by its name. */
    user(name: string): string {
        return this.connection(name).user as string;
    }

    private connect(host: ReachableHost, path: string): Connection {
        const ssh = { ...this.plan.ssh, ...host.ssh };
        return {
            host: host.host,
            port: ssh.port,
            user: ssh.user,
            hostKey: host.hostKey ?? this.knownKey(host.host, ssh, path),
            ...this.login(ssh, path),
        };
    }

    private login(ssh: SshConfig, path: string): Pick<Connection, "privateKey"> {
        if (ssh.privateKeyFile) {
            return { privateKey: pulumi.secret(this.read(ssh.privateKeyFile, `${path}.ssh.privateKeyFile`)) };
        }
        return this.privateKey ? { privateKey: pulumi.secret(this.privateKey) } : {};
    }

    private knownKey(host: string, ssh: SshConfig, path: string): pulumi.Input<string> {
        if (!ssh.knownHosts) {
            this.miss(
                `${path}.hostKey`,
                `is missing: give the host's key, or cluster.ssh.knownHosts; ssh-keyscan ${host} shows it, compare it on the host's console`,
            );
            return unknownText;
        }
        const text = this.read(ssh.knownHosts, `${path}.ssh.knownHosts`);
        if (typeof text !== "string") {
            return text;
        }
        const key = findHostKey(text, host, ssh.port);
        if (!key) {
            this.miss(
                `${path}.hostKey`,
                `is missing: ${ssh.knownHosts} has no key of ${host}; ssh-keyscan -p ${ssh.port} ${host} shows it, compare it on the host's console`,
            );
        }
        return key ?? unknownText;
    }

    /** Text of a file; unknown when it is not there. */
    private read(file: string, path: string): pulumi.Input<string> {
        if (existsSync(file)) {
            return readFileSync(file, "utf8");
        }
        if (!this.absentFiles.has(file)) {
            this.absentFiles.set(file, {
                path,
                words: `${JSON.stringify(file)} is not there (paths are relative to the project)`,
            });
        }
        return unknownText;
    }

    private miss(path: string, words: string): void {
        this.mistakes.push({ path, words });
    }

    private report(): void {
        const absent = [...this.absentFiles.values()];
        if (this.mistakes.length > 0 || (absent.length > 0 && !pulumi.runtime.isDryRun())) {
            throw new ConfigError([...this.mistakes, ...absent]);
        }
        for (const { path, words } of absent) {
            pulumi.log.warn(`${path}: ${words}; a preview goes on without it, 'pulumi up' will not`);
        }
    }
}

function hostsOf(plan: ClusterPlan): { path: string; host: ReachableHost }[] {
    return [
        ...plan.masters.map((host, index) => ({ path: `cluster.masters[${index}]`, host })),
        ...plan.workers.map((host, index) => ({ path: `cluster.workers[${index}]`, host })),
        ...(plan.loadBalancer ? [{ path: "cluster.loadBalancer", host: plan.loadBalancer }] : []),
    ];
}
