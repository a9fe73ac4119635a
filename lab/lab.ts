import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pieceFolder } from "../toolchain/locate";
import { stateFolder } from "../toolchain/projectState";
import { bootResult, sshAnswers } from "./boot";
import { finishedBundles } from "./bundles";
import { hostKeyOf, makeIdentities } from "./identity";
import { raiseKernelLimits, restoreKernelLimits } from "./kernelLimits";
import {
    equipFolder,
    type LabRecord,
    madeHosts,
    makeDisk,
    readRecord,
    runScript,
    scriptEnvironment,
} from "./labFolder";
import { addressOf, defaultHosts, labHostNames } from "./labHosts";
import { cutPower, type HostPlace, initOf, shutDown, switchOn } from "./power";
import { isLabAlive, isSupervised, memoryOf } from "./processes";
import { locked, register, registrationOf, removeIfEmpty, tidyRegistry, unregister } from "./registry";
import { requireLabMachine } from "./requirements";
import { type Outcome, outcomeOf } from "./run";

export interface LabHost {
    name: string;
    address: string;
    /** As in known_hosts: "ssh-ed25519 AAAA…". */
    hostKey: string;
}

export interface LabHostStatus extends LabHost {
    on: boolean;
    /** Whether its network cable is pulled out. Stays so over reboots, until `heal`. */
    cut: boolean;
    /** Seconds since it booted; absent when it is off. */
    uptime?: number;
    /** Bytes; absent when it is off. */
    memory?: number;
}

export interface SshOptions {
    /** What the command reads. Default: nothing. */
    stdin?: string;
    /** Throw when the status is not 0. Default: true. */
    check?: boolean;
}

/** Says a line to the person who waits. */
export type Say = (words: string) => void;

/**
 * Real hosts on this machine: each with an init, an sshd, a disk, an address, namespaces and control groups of its own.
 * Needs Linux and root; every method that changes something throws a sentence where that is not so.
 */
export class Lab {
    private constructor(
        readonly name: string,
        /** Keys, ssh_config, known_hosts, disks. Gone after `down`. */
        readonly folder: string,
    ) {}

    /**
     * A lab of this checkout, whether it is up or not. Default name: $KUBEADM_HA_LAB, else "dev".
     * `state`: another checkout's state folder, for tests.
     */
    static open(name = process.env.KUBEADM_HA_LAB || "dev", state = stateFolder()): Lab {
        if (!/^[a-z][a-z0-9-]{0,10}$/.test(name)) {
            throw new Error(
                `"${name}" cannot be a lab's name: it takes 1 to 11 of a-z, 0-9 and "-", with a letter first.`,
            );
        }
        return new Lab(name, join(state, "lab", name));
    }

    /** The first three numbers of the addresses, for instance "10.77.0". Known from the first `up` on. */
    get subnet(): string {
        return this.record().subnet;
    }

    /** All hosts that the lab can have, whether or not they have been switched on yet. */
    get hosts(): LabHost[] {
        return labHostNames.map((name) => this.host(name));
    }

    host(name: string): LabHost {
        return { name, address: addressOf(name, this.subnet), hostKey: hostKeyOf(this.folder, name) };
    }

    /** Where ssh finds addresses, keys and host keys: `ssh -F` this. */
    get sshConfig(): string {
        return join(this.folder, "ssh_config");
    }

    /**
     * Switches hosts on and waits until each has booted. Repeatable: what is on stays on, what is missing is made, new
     * bundles in the cache appear on all hosts. A lab of this name that died, whosever it was, is cleared away first.
     */
    async up(hosts: string[] = defaultHosts, say: Say = () => {}): Promise<void> {
        for (const host of hosts) {
            addressOf(host, ""); // complains about an unknown name before anything is done
        }
        requireLabMachine(this.folder);
        await this.locked(say, async () => {
            await this.takeOver(say);
            const record = await this.claim();
            equipFolder(this.folder, record);
            await makeIdentities(this.folder, record.subnet);
            raiseKernelLimits();
            await runScript("raise.sh", [], this.folder, record);
            for (const { version, folder } of finishedBundles()) {
                await runScript("shelve.sh", [version, folder], this.folder, record);
            }
            for (const host of hosts) {
                makeDisk(this.folder, record.subnet, host);
            }
            await Promise.all(hosts.map((host) => this.boot(host, say)));
        });
    }

    /** Takes everything away: processes, network, mounts, control groups, disks and keys. */
    async down(say: Say = () => {}): Promise<void> {
        requireLabMachine(this.folder);
        await this.locked(say, async () => {
            const owner = this.foreignOwner();
            if (owner && isLabAlive(this.name)) {
                throw new Error(
                    `The lab "${this.name}" that runs on this machine belongs to ${owner}. Take it down there.`,
                );
            }
            await this.sweep();
            rmSync(this.folder, { recursive: true, force: true });
            await unregister(this.name, restoreKernelLimits);
        });
        removeIfEmpty(dirname(this.folder));
        tidyRegistry();
    }

    /** Switches a host on that has a disk, and waits until it has booted. */
    async start(host: string, say: Say = () => {}): Promise<void> {
        this.place(host);
        if (!isLabAlive(this.name)) {
            await this.up([host], say); // the network may be gone, too
        } else {
            await this.boot(host, say);
        }
    }

    /** Power lost: nothing has the time to write or to say goodbye. What is on the disk by then is kept. */
    async crash(host: string): Promise<void> {
        const place = this.place(host);
        if (isSupervised(this.name, host)) {
            await this.setCable(host, "down"); // or its kernel would still close the connections of what is killed
            await runScript("pull-plug.sh", [host], this.folder, this.record());
            await cutPower(place);
        }
    }

    /** A clean power-off, as by the button. */
    async stop(host: string): Promise<void> {
        await shutDown(this.place(host));
    }

    /** Pulls the network cable out. The host goes on, and stays without network over reboots, until `heal`. */
    async cut(host: string): Promise<void> {
        writeFileSync(this.cutMark(this.place(host)), "");
        await this.setCable(host, "down");
    }

    async heal(host: string): Promise<void> {
        rmSync(this.cutMark(this.place(host)), { force: true });
        await this.setCable(host, "up");
    }

    /** Runs a command on a host, as root. */
    async ssh(host: string, command: string, { stdin, check = true }: SshOptions = {}): Promise<Outcome> {
        addressOf(host, this.subnet);
        const outcome = await outcomeOf("ssh", ["-F", this.sshConfig, "-o", "BatchMode=yes", host, command], { stdin });
        if (check && outcome.status !== 0) {
            throw new Error(
                `On ${host}, \`${command}\` failed (${outcome.status}): ${(outcome.stderr || outcome.stdout).trim()}`,
            );
        }
        return outcome;
    }

    /** An ssh for a person: this process's own terminal and input. Returns the exit status. */
    async login(host: string, command: string[]): Promise<number> {
        this.place(host);
        const child = spawn("ssh", ["-F", this.sshConfig, host, ...command], { stdio: "inherit" });
        const [status] = await once(child, "close");
        return status ?? 255;
    }

    /** Every host that has a disk. Empty before the first `up`. */
    status(): LabHostStatus[] {
        return madeHosts(this.folder).map((name) => {
            const place = this.place(name);
            const facts = { ...this.host(name), cut: existsSync(this.cutMark(place)) };
            if (initOf(place) === undefined) {
                return { ...facts, on: false };
            }
            const booted = statSync(join(this.folder, "hosts", name, "run", "boot_id")).mtimeMs;
            return { ...facts, on: true, uptime: (Date.now() - booted) / 1000, memory: memoryOf(this.name, name) };
        });
    }

    private async boot(host: string, say: Say): Promise<void> {
        const place = this.place(host);
        const { address } = this.host(host);
        const failed = isSupervised(this.name, host)
            ? []
            : [switchOn(place, scriptEnvironment(this.folder, this.record())).failed];
        if (existsSync(this.cutMark(place))) {
            say(`${host} ${address} has its network cut, so nobody waits for it. \`heal ${host}\` plugs it in again.`);
            return;
        }
        const over = new AbortController();
        await Promise.race([sshAnswers(address, over.signal), ...failed]).finally(() => over.abort());
        const result = await bootResult((command) => this.ssh(host, command, { check: false }));
        say(`${host} ${address} ${result}`);
    }

    /** Clears away what an earlier life of the lab left behind, and refuses when it is alive and somebody else's. */
    private async takeOver(say: Say): Promise<void> {
        const owner = this.foreignOwner();
        if (!isLabAlive(this.name)) {
            await this.sweep();
        } else if (owner) {
            throw new Error(`A lab "${this.name}" of ${owner} runs on this machine. Use another name: --lab OTHER`);
        } else if (!readRecord(this.folder)) {
            throw new Error(
                `The lab "${this.name}" runs, but its files in ${this.folder} are gone. Clear it away: npm run lab -- down --lab ${this.name}`,
            );
        }
        if (owner) {
            say(`The lab "${this.name}" of ${owner} is dead; its name is taken over.`);
        }
    }

    /** What the lab is made with: as at its first up, or now for its life. */
    private async claim(): Promise<LabRecord> {
        const before = readRecord(this.folder);
        const rootfs = before?.rootfs ?? join(pieceFolder("lab-rootfs"), "root");
        if (!existsSync(rootfs)) {
            throw new Error(
                `The hosts' disks in ${this.folder} stand on ${rootfs}, which is gone. Begin anew: npm run lab -- down --lab ${this.name}`,
            );
        }
        const { subnet } = await register(this.name, this.folder, before?.subnet);
        return { name: this.name, subnet, rootfs };
    }

    /** Removes everything but the files, also where another checkout has left it. */
    private async sweep(): Promise<void> {
        const registration = registrationOf(this.name);
        for (const folder of new Set([this.folder, registration?.folder ?? this.folder])) {
            await runScript("sweep.sh", [], folder, {
                name: this.name,
                subnet: registration?.subnet ?? "",
                rootfs: "",
            });
        }
    }

    private foreignOwner(): string | undefined {
        const owner = registrationOf(this.name)?.folder;
        return owner === this.folder ? undefined : owner;
    }

    private locked(say: Say, work: () => Promise<void>): Promise<void> {
        return locked(this.name, work, (pid) => say(`Waiting for another lab command (process ${pid}) to end.`));
    }

    private record(): LabRecord {
        const record = readRecord(this.folder);
        if (!record) {
            throw new Error(`The lab "${this.name}" has not been made yet. Run: npm run lab -- up --lab ${this.name}`);
        }
        return record;
    }

    private place(host: string): HostPlace {
        addressOf(host, this.subnet);
        if (!madeHosts(this.folder).includes(host)) {
            throw new Error(
                `The lab "${this.name}" has not made the host ${host} yet. Run: npm run lab -- up ${host} --lab ${this.name}`,
            );
        }
        return { lab: this.name, folder: this.folder, host };
    }

    private cutMark({ host }: HostPlace): string {
        return join(this.folder, "hosts", host, "run", "cut");
    }

    /** A host that is off, or between two boots, has no cable; the next boot looks at the mark. */
    private async setCable(host: string, state: "up" | "down"): Promise<void> {
        const { status, stderr } = await outcomeOf("ip", ["-n", `kubeadm-ha.${this.name}`, "link", "set", host, state]);
        if (status !== 0 && isSupervised(this.name, host) && !stderr.includes("Cannot find device")) {
            throw new Error(`The network cable of ${host} cannot be set ${state}: ${stderr.trim()}`);
        }
    }
}
