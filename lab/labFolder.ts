import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { addressOf } from "./labHosts";
import { run } from "./run";

const machineSide = join(__dirname, "host");

/** What must stay the same from a lab's first up to its down. */
export interface LabRecord {
    name: string;
    subnet: string;
    /** The tree below the hosts' disks. A newer one needs new disks. */
    rootfs: string;
}

/** What the lab was made with, or undefined before its first up. */
export function readRecord(folder: string): LabRecord | undefined {
    const file = join(folder, "lab.json");
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** Writes the record, and a copy of the scripts. Supervisors at work go on with the script that they have. */
export function equipFolder(folder: string, record: LabRecord): void {
    mkdirSync(join(folder, "scripts"), { recursive: true });
    for (const script of readdirSync(machineSide)) {
        replaceFile(join(folder, "scripts", script), (written) => copyFileSync(join(machineSide, script), written));
    }
    replaceFile(join(folder, "lab.json"), (written) => writeFileSync(written, `${JSON.stringify(record, null, 4)}\n`));
}

/** The names of the hosts that have a disk, in the order of their addresses. */
export function madeHosts(folder: string): string[] {
    const hosts = join(folder, "hosts");
    const made = existsSync(hosts) ? readdirSync(hosts).filter((host) => existsSync(join(hosts, host, "address"))) : [];
    return made.sort((one, other) => Number(lastNumber(one)) - Number(lastNumber(other)));
}

/** An empty disk, where the host has none. */
export function makeDisk(folder: string, subnet: string, host: string): void {
    const own = join(folder, "hosts", host);
    for (const part of ["upper", "work", "root", "run", "data/containerd", "data/etcd", "data/kubelet"]) {
        mkdirSync(join(own, part), { recursive: true });
    }
    writeFileSync(join(own, "address"), `${addressOf(host, subnet)}\n`);
}

function lastNumber(host: string): string {
    return addressOf(host, "").slice(1);
}

function replaceFile(file: string, write: (written: string) => void): void {
    const written = join(file, "..", `.${basename(file)}`);
    write(written);
    renameSync(written, file);
}

/** Runs one of the scripts that are for a moment only; those that stay are started from the copy, see power.ts. */
export async function runScript(script: string, args: string[], folder: string, record: LabRecord): Promise<void> {
    await run(join(machineSide, script), args, { cwd: "/", env: scriptEnvironment(folder, record) });
}

/** What the scripts want to be told; see host/names.sh. */
export function scriptEnvironment(folder: string, record: LabRecord): NodeJS.ProcessEnv {
    return {
        ...process.env,
        LAB_NAME: record.name,
        LAB_FOLDER: folder,
        LAB_SUBNET: record.subnet,
        LAB_ROOTFS: record.rootfs,
    };
}
