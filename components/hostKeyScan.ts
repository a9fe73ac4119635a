import { spawnSync } from "node:child_process";
import { fingerprint, type HostKey } from "../config/hostKey";
import { findHostKey } from "../config/knownHosts";

/** An SSH server, by the address that this machine reaches it at. */
export interface SshServer {
    host: string;
    port: number;
}

const patienceSeconds = 3;

/**
 * Asks servers for their keys, all at once: no login, no user's name, no command. What they say proves nothing; a person
 * has to compare it. Nothing where ssh-keyscan is missing, or for a server that does not answer.
 */
export function scanHostKeys(servers: SshServer[]): (HostKey | undefined)[] {
    const ports = [...new Set(servers.map(({ port }) => port))];
    const shown = ports.map((port) => scan(port, servers));
    return servers.map(({ host, port }) => {
        const found = findHostKey(shown[ports.indexOf(port)], host, port);
        return "key" in found ? found.key : undefined;
    });
}

function scan(port: number, servers: SshServer[]): string {
    const hosts = servers.filter((server) => server.port === port).map(({ host }) => host);
    const words = ["-T", String(patienceSeconds), "-t", "ed25519,ecdsa", "-p", String(port), "--", ...hosts];
    return spawnSync("ssh-keyscan", words, { encoding: "utf8", timeout: 4 * patienceSeconds * 1000 }).stdout ?? "";
}

/**
 * How a person comes to trust a server that is not known.
 * @param seen the key that it shows; undefined when that cannot be told from here
 * @param from where else to ask it: "From the bastion, "
 */
export function sayHowToTrust({ host, port }: SshServer, seen: HostKey | undefined, from = ""): string {
    const type = seen?.type.startsWith("ecdsa") ? "ecdsa" : "ed25519";
    const own = `'ssh-keygen -lf /etc/ssh/ssh_host_${type}_key.pub'`;
    if (!seen) {
        const at = port === 22 ? host : `-p ${port} ${host}`;
        return `${from}'ssh-keyscan -t ed25519 ${at} | ssh-keygen -lf -' shows its fingerprint; ${own} on its console must say the same`;
    }
    return `It shows ${seen.type} ${fingerprint(seen)}; only if ${own} on its console says the same, give: ${seen.type} ${seen.key}`;
}
