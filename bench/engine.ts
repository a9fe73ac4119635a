import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { TestStack } from "../test/support/stack";
import { ratio, seconds } from "./statistics";

/** What a run of the engine has cost. */
export interface Cost {
    milliseconds: number;
    /** Largest resident memory in bytes, of the engine and of the program's Node. */
    engineMemory: number;
    nodeMemory: number;
    /** Bytes that the engine has written: to the state, nearly all of them. */
    written: number;
    /** CPU seconds by program: "pulumi", "node", "pulumi-resource-command" … */
    cpu: Map<string, number>;
}

/** Clock ticks a second of /proc/PID/stat: the same on every Linux. */
const ticks = 100;
const sampleEvery = 100;

/** Runs `pulumi ARGS` on the stack to its good end, and watches its processes. */
export async function measured(stack: TestStack, args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Cost> {
    const started = performance.now();
    const engine = spawn("pulumi", [...args, "--stack", stack.name, "--non-interactive", "--color", "never"], {
        cwd: stack.programFolder,
        env: { ...stack.environment(args[0] === "preview"), ...environment },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true, // a session of its own: what belongs to it can be told
    });
    let said = "";
    for (const stream of [engine.stdout, engine.stderr]) {
        stream.setEncoding("utf8").on("data", (words) => {
            said = (said + words).slice(-10_000);
        });
    }
    const session = new Session(engine.pid as number);
    const sampling = setInterval(() => session.look(), sampleEvery);
    const status = await new Promise<number | null>((resolve, reject) => {
        engine.on("error", reject);
        engine.on("close", resolve);
    });
    clearInterval(sampling);
    const milliseconds = performance.now() - started;
    if (status !== 0) {
        throw new Error(`pulumi ${args.join(" ")} ended with status ${status}:\n${said}`);
    }
    return {
        milliseconds,
        engineMemory: session.largest("pulumi", "memory"),
        nodeMemory: session.largest("node", "memory"),
        written: session.largest("pulumi", "written"),
        cpu: session.cpu(),
    };
}

export function timeOf({ milliseconds }: Cost): number {
    return milliseconds;
}

/** Both sides of a comparison and their ratio. */
export function columnsOf(own: Cost[], other: Cost[], what: (cost: Cost) => number): string[] {
    const [one, two] = [own.map(what), other.map(what)];
    return [seconds(one), seconds(two), ratio(one, two)];
}

/** CPU milliseconds of all its processes: hardly changed by whatever else the machine does. */
export function cpuOf({ cpu }: Cost): number {
    return [...cpu.values()].reduce((sum, seconds) => sum + seconds, 0) * 1000;
}

interface Process {
    program: string;
    memory: number;
    written: number;
    cpu: number;
}

/** The processes of a session, as far as they live long enough to be seen. */
class Session {
    private readonly processes = new Map<string, Process>();

    constructor(private readonly leader: number) {}

    look(): void {
        for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
            try {
                this.lookAt(pid);
            } catch {
                // It has just ended.
            }
        }
    }

    /** Of the processes of a program, the largest. */
    largest(program: string, what: "memory" | "written"): number {
        return Math.max(0, ...this.of(program).map((process) => process[what]));
    }

    cpu(): Map<string, number> {
        const programs = new Set([...this.processes.values()].map(({ program }) => program));
        return new Map(
            [...programs].map((program) => [program, this.of(program).reduce((sum, { cpu }) => sum + cpu, 0)]),
        );
    }

    private lookAt(pid: string): void {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        // After the program's name: state, parent, group, session … times of user and system are the 12th and 13th.
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (Number(fields[3]) !== this.leader) {
            return;
        }
        const program = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0].split("/").pop() as string;
        if (program === "") {
            return; // It has ended, and nobody has asked for its status yet.
        }
        const [, memory = "0"] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
        const cpu = (Number(fields[11]) + Number(fields[12])) / ticks;
        const [, written = "0"] = /^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8")) ?? [];
        this.processes.set(pid, { program, memory: Number(memory) * 1024, written: Number(written), cpu });
    }

    private of(program: string): Process[] {
        return [...this.processes.values()].filter((process) => process.program === program);
    }
}
