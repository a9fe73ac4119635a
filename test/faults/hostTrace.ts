import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "../../lab/lab";
import { initOf } from "../../lab/power";
import { type Point, phaseOf } from "./point";

const script = "/usr/local/lib/kubeadm-ha-faults.sh";
const folder = "/run/kubeadm-ha-faults";
const logs = "/var/log/kubeadm-ha";
/** Between two looks at a host for the points that are awaited. */
const lookEveryMs = 5;

/** Watches what the steps on a host of the lab do, and stops them at points. Costs the host nothing while it is off. */
export class HostTrace {
    /** What belongs to the present run of the engine, on the host. */
    private watched = "";
    private awaited: Point[] = [];
    /** How long each step's log was when the watch began. */
    private logLengths = new Map<string, number>();

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

    /** From now on the commands of steps that begin are written down, and the first of these points is one to stop at. */
    begin(points: Point[] = []): void {
        this.end();
        this.awaited = points;
        this.logLengths = new Map(this.steps().map((step) => [step, this.log(step).length]));
        this.watched = join(folder, String(Date.now()));
        mkdirSync(this.path(this.watched), { recursive: true });
        const armed = points.filter(({ kind }) => kind === "command").map(({ step, what }) => `${step}|${what}\n`);
        writeFileSync(this.path(join(this.watched, "armed")), armed.join(""));
        writeFileSync(this.path(join(folder, "watched")), `${this.watched}\n`);
    }

    /** Nothing is written down any more. Steps that have stopped go on. */
    end(): void {
        if (this.init() !== undefined) {
            rmSync(this.path(folder), { recursive: true, force: true });
        }
    }

    /** The commands that came, in order. */
    commands(): string[] {
        return this.read(join(this.watched, "trace")).split("\n");
    }

    /** Names of the steps that this host has a log of. */
    steps(): string[] {
        const path = this.path(logs);
        return existsSync(path) ? readdirSync(path).map((file) => file.replace(/\.log$/, "")) : [];
    }

    /** The lines that have been added to a step's log. */
    logged(step: string): string[] {
        return this.log(step)
            .slice(this.logLengths.get(step) ?? 0)
            .split("\n");
    }

    /** The awaited point where the host is: a command, at which the step stands until `release`, or a line that came. */
    reached(): Point | undefined {
        const stopped = this.read(join(this.watched, "reached", "point")).replace(/\n$/, "");
        const steps = new Set(this.awaited.filter(({ kind }) => kind === "line").map(({ step }) => step));
        const phases = new Set(
            [...steps].flatMap((step) => this.saidSinceBegin(step).map((line) => `${step}|${phaseOf(line)}`)),
        );
        return this.awaited.find(({ kind, step, what }) =>
            kind === "command" ? stopped === `${step}|${what}` : phases.has(`${step}|${what}`),
        );
    }

    release(): void {
        if (this.init() !== undefined && existsSync(this.path(this.watched))) {
            writeFileSync(this.path(join(this.watched, "go")), "");
        }
    }

    /** Not what a step says that an earlier run has begun, and that goes on. */
    private saidSinceBegin(step: string): string[] {
        const lines = this.logged(step);
        const begin = lines.findIndex((line) => line.endsWith(` --- ${step} begins`));
        return begin < 0 ? [] : lines.slice(begin);
    }

    private log(step: string): string {
        return this.read(join(logs, `${step}.log`));
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

/** Waits until one of the hosts is at a point that it is watched for. Undefined when that does not happen before the end. */
export async function firstReached(
    traces: HostTrace[],
    end: AbortSignal,
): Promise<{ trace: HostTrace; point: Point } | undefined> {
    while (!end.aborted) {
        for (const trace of traces) {
            const point = trace.reached();
            if (point) {
                return { trace, point };
            }
        }
        await sleep(lookEveryMs);
    }
    return undefined;
}
