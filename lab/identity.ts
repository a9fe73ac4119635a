import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addressOf, labHostNames } from "./labHosts";
import { run } from "./run";

/**
 * Makes, once in a lab's life, the key that opens all hosts and the key of every host, and writes what ssh and the
 * hosts need to know of one another. For all hosts that there could be: so nothing changes when one is added.
 */
export async function makeIdentities(folder: string, subnet: string): Promise<void> {
    mkdirSync(join(folder, "keys"), { recursive: true, mode: 0o700 });
    const keys = [{ file: join(folder, "id_ed25519"), owner: "lab" }].concat(
        labHostNames.map((host) => ({ file: join(folder, "keys", host), owner: `root@${host}` })),
    );
    await Promise.all(keys.filter((key) => !existsSync(key.file)).map((key) => makeKey(key.file, key.owner)));
    writeFileSync(join(folder, "known_hosts"), knownHosts(folder, subnet));
    writeFileSync(join(folder, "ssh_config"), sshConfig(folder, subnet));
    writeFileSync(join(folder, "etc-hosts"), etcHosts(subnet));
}

/** "ssh-ed25519 AAAA…", as in known_hosts. */
export function hostKeyOf(folder: string, host: string): string {
    return readFileSync(join(folder, "keys", `${host}.pub`), "utf8")
        .split(" ")
        .slice(0, 2)
        .join(" ")
        .trim();
}

/** Made beside its place: a key without its .pub, of an up that was cut off, would be kept for ever. */
async function makeKey(file: string, owner: string): Promise<void> {
    const unfinished = `${file}.unfinished-${process.pid}`;
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", owner, "-f", unfinished]);
    renameSync(`${unfinished}.pub`, `${file}.pub`);
    renameSync(unfinished, file);
}

function knownHosts(folder: string, subnet: string): string {
    return lines(labHostNames.map((host) => `${addressOf(host, subnet)},${host} ${hostKeyOf(folder, host)}`));
}

function sshConfig(folder: string, subnet: string): string {
    const hosts = labHostNames.map((host) => `Host ${host}\n    HostName ${addressOf(host, subnet)}`);
    return lines([
        ...hosts,
        "Host *",
        "    User root",
        `    IdentityFile "${join(folder, "id_ed25519")}"`,
        "    IdentitiesOnly yes",
        `    UserKnownHostsFile "${join(folder, "known_hosts")}"`,
        "    StrictHostKeyChecking yes",
        "    ConnectTimeout 5",
    ]);
}

function etcHosts(subnet: string): string {
    return lines([
        "127.0.0.1 localhost",
        "::1 localhost",
        ...labHostNames.map((host) => `${addressOf(host, subnet)} ${host}`),
    ]);
}

function lines(all: string[]): string {
    return `${all.join("\n")}\n`;
}
