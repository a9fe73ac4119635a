import { existsSync, readFileSync } from "node:fs";
import { ensureTools } from "../toolchain/buildTools";

const instead = "Declare hosts of your own in a stack file instead; the README shows how.";

/** Throws, in a sentence, when there can be no lab here; installs tools that are missing. */
export function requireLabMachine(folder: string): void {
    if (process.platform !== "linux") {
        throw new Error(`A lab needs Linux, and this is ${process.platform}. ${instead}`);
    }
    if (process.getuid?.() !== 0) {
        throw new Error(
            `A lab needs root: its hosts have namespaces, mounts and a network of their own. Run it as root (sudo). ${instead}`,
        );
    }
    const missing = ["cgroup", "overlay"].filter(
        (type) => !new RegExp(`\\b${type}2?$`, "m").test(readFileSync("/proc/filesystems", "utf8")),
    );
    if (missing.length > 0) {
        throw new Error(
            `A lab needs a kernel with ${missing.join(" and ")} file systems, and this one has none. ${instead}`,
        );
    }
    if (!existsSync("/sys/fs/cgroup/cgroup.controllers") && !existsSync("/sys/fs/cgroup/systemd/cgroup.procs")) {
        throw new Error(
            `A lab needs control groups mounted at /sys/fs/cgroup (version 2, or version 1 with the hierarchy "systemd"). ${instead}`,
        );
    }
    if (/[\s:,"\\]/.test(folder)) {
        throw new Error(
            `The hosts' disks would be in ${folder}, and overlay mounts take no blank, colon, comma, quote or backslash. Move the checkout.`,
        );
    }
    ensureTools(["filefrag", "ip", "nsenter", "ssh", "ssh-keygen"]);
}
