import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { withLock } from "../toolchain/lock";
import { contentOf } from "./contentOf";

/** What labs there are on this machine, whichever checkouts they belong to. */
const registry = "/run/kubeadm-ha-lab";

/** The lab that a person gets without asking has always the same addresses. */
const devLab = "dev";
const devSubnet = "10.77.0";
const otherSubnets = Array.from({ length: 63 }, (_, index) => `10.77.${index + 1}`);

export interface Registration {
    name: string;
    /** The lab's folder, in the checkout that it belongs to. */
    folder: string;
    /** The first three numbers of its addresses. */
    subnet: string;
}

export function registrationOf(name: string): Registration | undefined {
    return registrations().find((lab) => lab.name === name);
}

export function registrations(): Registration[] {
    return entries().flatMap((file) => {
        const content = contentOf(join(registry, file));
        return content ? [JSON.parse(content)] : []; // a lab that was taken down at this moment
    });
}

/**
 * Enters the lab with the subnet it had before, or else a free one. Throws when the one that it had belongs to
 * somebody else by now, or none is free.
 */
export function register(name: string, folder: string, before: string | undefined): Promise<Registration> {
    return locked("all labs", async () => {
        const subnet = before ?? freeSubnet(name);
        const owner = ownerOf(subnet, name);
        if (owner) {
            throw new Error(
                `The addresses ${subnet}.0/24 of the lab "${name}" are in use on this machine: ${owner}. ` +
                    (name === devLab
                        ? "Use another lab: --lab OTHER"
                        : `Take that away, or begin anew: npm run lab -- down --lab ${name}`),
            );
        }
        const registration = { name, folder, subnet };
        const written = join(registry, `.${name}`);
        writeFileSync(written, `${JSON.stringify(registration)}\n`);
        renameSync(written, join(registry, `${name}.json`));
        return registration;
    });
}

/** Takes the lab out. `last` is called, still locked, when no lab is left. */
export async function unregister(name: string, last: () => void): Promise<void> {
    await locked("all labs", async () => {
        rmSync(join(registry, `${name}.json`), { force: true });
        if (entries().length === 0) {
            last();
        }
    });
}

/** Removes the registry itself, when nothing is left in it. Not while a lock is held: that is in it, too. */
export function tidyRegistry(): void {
    removeIfEmpty(registry);
}

/** One change to a lab at a time. */
export async function locked<T>(
    what: string,
    work: () => Promise<T>,
    waiting: (pid: number) => void = () => {},
): Promise<T> {
    for (let begun = false; ; ) {
        try {
            return await withLock(join(registry, `${what}.lock`), waiting, () => {
                begun = true;
                return work();
            });
        } catch (error) {
            // The end of the last lab may remove the registry just before the lock is written into it.
            if (begun || (error as NodeJS.ErrnoException).code !== "ENOENT") {
                throw error;
            }
        }
    }
}

/** A file that all labs of the machine share. */
export function sharedFile(name: string): string {
    mkdirSync(registry, { recursive: true });
    return join(registry, name);
}

export function removeIfEmpty(folder: string): void {
    try {
        rmdirSync(folder);
    } catch (error) {
        if (!["ENOTEMPTY", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) {
            throw error;
        }
    }
}

function entries(): string[] {
    return existsSync(registry) ? readdirSync(registry).filter((file) => file.endsWith(".json")) : [];
}

function freeSubnet(name: string): string {
    if (name === devLab) {
        return devSubnet;
    }
    const free = otherSubnets.find((subnet) => !ownerOf(subnet, name));
    if (!free) {
        const labs = registrations().map((lab) => lab.name);
        throw new Error(
            `All ${otherSubnets.length} subnets for labs are taken. Take down labs that nobody needs: ${labs.join(" ")}`,
        );
    }
    return free;
}

/** Who else has the subnet: another lab, dead or alive, or a network of the machine's own. */
function ownerOf(subnet: string, name: string): string | undefined {
    const lab = registrations().find((other) => other.subnet === subnet && other.name !== name);
    if (lab) {
        return `the lab "${lab.name}" in ${lab.folder} has them`;
    }
    const own = `lab-${name}`;
    const taken = Object.entries(networkInterfaces()).find(
        ([device, addresses]) => device !== own && addresses?.some(({ address }) => address.startsWith(`${subnet}.`)),
    );
    return taken && `its network device ${taken[0]} has one of them`;
}
