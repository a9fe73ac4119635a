import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { sharedFile } from "./registry";

/**
 * The kernel counts inotify instances per user, and root of all hosts is one and the same. With the usual 128,
 * systemd and kubelet fail in odd ways from the third host on.
 */
const limit = "/proc/sys/fs/inotify/max_user_instances";
const enough = 8192;
const before = "max_user_instances.before";

/** Raises the limit where it is too low, and remembers what it was. */
export function raiseKernelLimits(): void {
    const now = readFileSync(limit, "utf8");
    if (Number(now) < enough) {
        writeFileSync(sharedFile(before), now);
        writeFileSync(limit, String(enough));
    }
}

/** Puts back what was raised, unless somebody has set something else since. */
export function restoreKernelLimits(): void {
    const remembered = sharedFile(before);
    if (existsSync(remembered)) {
        if (Number(readFileSync(limit, "utf8")) === enough) {
            writeFileSync(limit, readFileSync(remembered));
        }
        rmSync(remembered);
    }
}
