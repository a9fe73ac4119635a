import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { contentOf } from "./contentOf";

const cgroupMount = "/sys/fs/cgroup";

/** The folder of a lab in the hierarchy that has the controller; with cgroup v2 there is only one hierarchy. */
function labCgroup(lab: string, controller: "systemd" | "memory"): string {
    const onlyCgroup2 = existsSync(join(cgroupMount, "cgroup.controllers"));
    return join(cgroupMount, onlyCgroup2 ? "" : controller, "kubeadm-ha-lab", lab);
}

/** Whether any process of the lab lives: a host's or a supervisor's, whichever checkout started it. */
export function isLabAlive(lab: string): boolean {
    return holdsProcess(labCgroup(lab, "systemd"));
}

/** Whether the host is switched on, or is just being switched on or off. */
export function isSupervised(lab: string, host: string): boolean {
    return holdsProcess(join(labCgroup(lab, "systemd"), `${host}.supervisor`));
}

/** Whether the process, by its number on the machine, belongs to the host. Guards against numbers that were given anew. */
export function belongsTo(lab: string, host: string, pid: number): boolean {
    const groups = contentOf(`/proc/${pid}/cgroup`).split("\n");
    return groups.some((line) => `${line}/`.includes(`/kubeadm-ha-lab/${lab}/${host}/`));
}

/** Bytes that the host holds and could not give back: its usage without cached file pages that nobody uses. */
export function memoryOf(lab: string, host: string): number {
    const group = join(labCgroup(lab, "memory"), host);
    const usage = contentOf(join(group, "memory.usage_in_bytes")) || contentOf(join(group, "memory.current"));
    const [, idle] = /^(?:total_)?inactive_file (\d+)$/m.exec(contentOf(join(group, "memory.stat"))) ?? [];
    return Math.max(0, Number(usage) - Number(idle ?? 0));
}

function holdsProcess(group: string): boolean {
    if (!existsSync(group)) {
        return false;
    }
    if (contentOf(join(group, "cgroup.procs")).trim() !== "") {
        return true;
    }
    return foldersIn(group).some((name) => holdsProcess(join(group, name)));
}

/** None where the folder has just gone away. */
function foldersIn(path: string): string[] {
    try {
        return readdirSync(path, { withFileTypes: true })
            .filter((entry) => entry.isDirectory())
            .map(({ name }) => name);
    } catch {
        return [];
    }
}
