import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "../../lab/lab";
import { initOf } from "../../lab/power";
import { type Point, phaseOf } from "./point";

const script = "/usr/local/lib/kubeadm-ha-faults.sh";
const folder = "/run/kubeadm-ha-faults";
/** Between two looks at a host for the point that is awaited. */
const lookEveryMs = 5;

/** Watches what the steps on a host of the lab do, and stops them at a point. Costs the host nothing while it is off. */
export class HostTrace {
    constructor(
        private readonly lab: Lab,
        readonly host: string,
    ) {}

    /** Makes sshd give bash on this host the script that traces; stays over reboots. */
    async install(): Promise<void> {
        const setting = "/etc/ssh/sshd_config.d/kubeadm-ha-faults.conf";
        await this.lab.ssh(
            this.host,
            `[ -e ${setting} ] || { cat > ${script}; echo 'SetEnv BASH_ENV=${script}' > ${setting}; systemctl reload ssh; }`,
            { stdin: readFileSync(join(__dirname, "trace.sh"), "utf8") },
        );
    }

    /** The number of the host's first process on this machine; another one after each boot, undefined when it is off. */
    init(): number | undefined {
        return initOf({ lab: this.lab.name, folder: this.lab.folder, host: this.host });
    }

    /** From now on commands are written down; a point is one to stop at. */
    begin(point?: Point): void {
        this.end();
        mkdirSync(this.path(folder));
        if (point?.kind === "command") {
            writeFileSync(this.path(join(folder, "armed")), `${point.step}|${point.what}\n`);
        }
    }

    /** Nothing is written down any more. Steps that have stopped go on. */
    end(): void {
        if (this.init() !== undefined) {
            this.release();
            rmSync(this.path(folder), { recursive: true, force: true });
        }
    }

    /** The commands that came, in order. */
    commands(): string[] {
        return this.read(join(folder, "trace")).split("\n");
    }

    /** Names of the steps that this host has a log of. */
    steps(): string[] {
        const logs = this.path("/var/log/kubeadm-ha");
        return existsSync(logs) ? readdirSync(logs).map((file) => file.replace(/\.log$/, "")) : [];
    }

    /** What has been added to a step's log since it had this length. */
    log(step: string, since = 0): string {
        return this.read(this.logFile(step)).slice(since);
    }

    /** Waits until the point is reached. With a command, the step stands there until `release`. */
    async reached(point: Point, logLength: number, over: AbortSignal): Promise<boolean> {
        while (!this.isThere(point, logLength)) {
            if (over.aborted) {
                return false;
            }
            await sleep(lookEveryMs);
        }
        return true;
    }

    release(): void {
        if (this.init() !== undefined && existsSync(this.path(folder))) {
            writeFileSync(this.path(join(folder, "go")), "");
        }
    }

    private isThere({ kind, step, what }: Point, logLength: number): boolean {
        return kind === "command"
            ? existsSync(this.path(join(folder, "reached", "process")))
            : this.log(step, logLength)
                  .split("\n")
                  .some((line) => phaseOf(line) === what);
    }

    private logFile(step: string): string {
        return `/var/log/kubeadm-ha/${step}.log`;
    }

    private read(file: string): string {
        const path = this.path(file);
        return existsSync(path) ? readFileSync(path, "utf8") : "";
    }

    /** A file of the host as this machine sees it, also when the host's network is cut. */
    private path(file: string): string {
        return `/proc/${this.init()}/root${file}`;
    }
}
