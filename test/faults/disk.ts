import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../../lab/lab";

/** Holds software, images and data of a node, with some 2 GiB to spare. */
const size = "5G";

/**
 * Gives a host of a lab that is up, before its first boot, a disk of its own: one that can be full without the machine's
 * being so. Goes away with the lab.
 */
export function giveDisk({ folder }: Lab, host: string): void {
    const image = join(folder, "disks", `${host}.ext4`);
    const disk = join(folder, "hosts", host);
    if (existsSync(disk)) {
        return;
    }
    mkdirSync(join(folder, "disks"), { recursive: true });
    mkdirSync(disk, { recursive: true });
    execFileSync("truncate", ["--size", size, image]);
    execFileSync("mkfs.ext4", ["-q", "-m", "0", "-E", "lazy_itable_init=1,lazy_journal_init=1", image]);
    // What is written need not outlive the machine.
    execFileSync("mount", ["-o", "loop,nobarrier", image, disk]);
}
