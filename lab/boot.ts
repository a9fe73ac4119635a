import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "./run";

/** A busy machine boots eight hosts at once in some seconds; a host that needs longer than this has a fault. */
const bootLimitMs = 90_000;

/** Resolves when something at the address speaks SSH, or when nobody waits for it any more. */
export async function sshAnswers(address: string, givenUp: AbortSignal): Promise<void> {
    const deadline = Date.now() + bootLimitMs;
    while (!(await greets(address)) && !givenUp.aborted) {
        if (Date.now() > deadline) {
            throw new Error(`${address} does not answer on port 22 after ${bootLimitMs / 1000} s.`);
        }
        await sleep(50);
    }
}

/**
 * Waits for the end of the boot; returns "running" or what systemd says instead ("degraded: nginx.service failed").
 * `ssh` runs a command on the host.
 */
export async function bootResult(ssh: (command: string) => Promise<Outcome>): Promise<string> {
    const { stdout, stderr } = await ssh(
        "systemctl is-system-running --wait; systemctl list-units --failed --plain --no-legend",
    );
    if (stdout.trim() === "") {
        throw new Error(`A host answers on port 22, but nobody can log in: ${stderr.trim()}`);
    }
    const [state, ...failed] = stdout.trim().split("\n");
    const units = failed.map((line) => line.split(" ")[0]);
    return units.length > 0 ? `${state}: ${units.join(", ")} failed` : state;
}

function greets(address: string): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host: address, port: 22 });
        const finish = (result: boolean) => {
            socket.destroy();
            resolve(result);
        };
        socket.setTimeout(1000, () => finish(false));
        socket.on("error", () => finish(false));
        socket.on("close", () => finish(false));
        socket.on("data", (data) => finish(data.toString().startsWith("SSH-")));
    });
}
