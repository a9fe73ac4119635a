import type { Mistake } from "../config/configError";
import { type HostKey, parseHostKey } from "../config/hostKey";
import { findHostKey, revokingLine } from "../config/knownHosts";
import type { SshEndpoint } from "../config/sshEndpoint";
import { sayHowToTrust, scanHostKeys } from "./hostKeyScan";
import type { ProjectFiles } from "./projectFiles";

/** The host keys of a cluster's hosts and bastions: no connection is made without one. */
export class HostKeys {
    /** By their paths: a bastion is met once for each host behind it. */
    private readonly revoked = new Map<string, string>();
    private readonly unknown = new Map<string, { endpoint: SshEndpoint; why: string }>();

    constructor(private readonly files: ProjectFiles) {}

    /** The endpoint's key; undefined when it is not known, which is noted as a mistake. */
    keyOf(endpoint: SshEndpoint): HostKey | undefined {
        const { path, host, port, hostKey, knownHosts } = endpoint;
        const text = knownHosts && this.files.read(knownHosts);
        if (hostKey !== undefined) {
            const key = parseHostKey(hostKey) as HostKey;
            const line = text && revokingLine(text, host, port, key);
            if (line) {
                this.revoked.set(path, `is marked as @revoked in ${knownHosts?.file}, line ${line}`);
            }
            return key;
        }
        if (!knownHosts) {
            this.unknown.set(path, { endpoint, why: "is missing, and so is cluster.ssh.knownHosts" });
        }
        if (text === undefined) {
            return undefined;
        }
        const found = findHostKey(text, host, port);
        if ("key" in found) {
            return found.key;
        }
        const why = `is missing: ${knownHosts?.file} ${found.refused}`;
        if (found.revoked) {
            this.revoked.set(path, why);
        } else {
            this.unknown.set(path, { endpoint, why });
        }
        return undefined;
    }

    /** What is wrong. Hosts whose key is not known are asked for it, so that a person can compare it. */
    mistakes(): Mistake[] {
        const unknown = [...this.unknown.values()];
        const direct = unknown.map(({ endpoint }) => endpoint).filter(({ bastion }) => !bastion);
        const seen = scanHostKeys(direct);
        return [
            ...[...this.revoked].map(([path, why]) => ({ path, words: `${why}; give the host a new one` })),
            ...unknown.map(({ endpoint, why }) => ({
                path: endpoint.path,
                words: `${why}. ${sayHowToTrust(endpoint, seen[direct.indexOf(endpoint)], endpoint.bastion && "From the bastion, ")}`,
            })),
        ].map(({ path, words }) => ({ path: `${path}.hostKey`, words }));
    }
}
