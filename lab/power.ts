import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { contentOf } from "./contentOf";
import { belongsTo, isSupervised } from "./processes";

/** systemd's signal for "power off, cleanly": SIGRTMIN+4, which Node has no name for. */
const powerOffSignal = 38;
/** Pods and services get 10 s each to end (see rootfs/customize.sh); more than this means that one hangs. */
const shutdownLimitMs = 120_000;
/** A killed process that waits for a busy disk dies when the disk has answered. */
const powerCutLimitMs = 60_000;

/** Where a host is: the lab's name, the lab's folder, the host's name. */
export interface HostPlace {
    lab: string;
    folder: string;
    host: string;
}

/**
 * Starts the host's supervisor, which outlives this process, and with it the host.
 * `env`: see scriptEnvironment. `failed` rejects as soon as the host is off again; nothing else ever comes of it.
 */
export function switchOn({ folder, host }: HostPlace, env: NodeJS.ProcessEnv): { failed: Promise<never> } {
    const log = join(folder, "hosts", host, "run", "supervisor.log");
    const output = openSync(log, "a");
    const supervisor = spawn(join(folder, "scripts", "supervise.sh"), [host], {
        cwd: "/",
        env,
        detached: true,
        stdio: ["ignore", output, output],
    });
    closeSync(output);
    supervisor.unref();
    const failed = new Promise<never>((_, reject) => {
        supervisor.on("error", reject);
        supervisor.on("exit", () =>
            reject(new Error(`${host} went off while it was starting. Last lines of ${log}:\n${lastLines(log)}`)),
        );
    });
    failed.catch(() => {}); // who does not wait for the host does not want to know
    return { failed };
}

/** The host's init, by its number on the machine; undefined when it is off. */
export function initOf({ lab, folder, host }: HostPlace): number | undefined {
    const file = join(folder, "hosts", host, "run", "init.pid");
    const pid = Number(contentOf(file));
    return pid > 0 && belongsTo(lab, host, pid) ? pid : undefined;
}

/** As if its plug were pulled: every process is gone at once, nothing is written any more. */
export async function cutPower(place: HostPlace): Promise<void> {
    await signalUntilOff(place, "SIGKILL", powerCutLimitMs);
}

/** As if its power button were pressed. */
export async function shutDown(place: HostPlace): Promise<void> {
    await signalUntilOff(place, powerOffSignal, shutdownLimitMs);
}

/** Off means: the supervisor has put everything away, so that the host may be switched on again. */
async function signalUntilOff(place: HostPlace, signal: NodeJS.Signals | number, limitMs: number): Promise<void> {
    const deadline = Date.now() + limitMs;
    let signalled: number | undefined;
    while (isSupervised(place.lab, place.host)) {
        const init = initOf(place);
        if (init && init !== signalled) {
            killIfAlive(init, signal);
            signalled = init;
        }
        if (Date.now() > deadline) {
            throw new Error(
                `${place.host} is still on ${limitMs / 1000} s after it was told to go off. \`crash ${place.host}\` pulls the plug.`,
            );
        }
        await sleep(20);
    }
}

function killIfAlive(pid: number, signal: NodeJS.Signals | number): void {
    try {
        process.kill(pid, signal);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
            throw error;
        }
    }
}

/** None when the log is gone: the whole lab may have been taken down meanwhile. */
function lastLines(log: string): string {
    return contentOf(log).trim().split("\n").slice(-8).join("\n");
}
