import { type ChildProcess, execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestStack } from "../support/stack";

/** A `pulumi up` that is under way. */
export class EngineRun {
    output = "";
    private readonly engine: ChildProcess;
    private readonly over = new AbortController();
    private readonly ended: Promise<number>;

    /** Without a preview and without a question; what an engine before it has left is cleared away as `npm run pulumi` does. */
    constructor(stack: TestStack) {
        this.output = stack.clearInterruptedRun();
        this.engine = stack.startUp((words) => {
            this.output += words;
        });
        this.ended = new Promise((resolve) => {
            this.engine.on("close", (status) => {
                this.over.abort();
                resolve(status ?? 1);
            });
        });
    }

    /** Aborted when the engine has ended. */
    get end(): AbortSignal {
        return this.over.signal;
    }

    signal(signal: NodeJS.Signals): void {
        this.engine.kill(signal);
    }

    /** SIGKILL for the plugin that is at work on the hosts. */
    killCommandPlugin(): void {
        execFileSync("pkill", ["-KILL", "-f", "-P", String(this.engine.pid), "pulumi-resource-command"]);
    }

    /** The engine's exit status; undefined when it is still at work after that time. */
    async status(seconds: number): Promise<number | undefined> {
        const waiting = new AbortController();
        const timeout = sleep(seconds * 1000, undefined, { signal: waiting.signal }).catch(() => undefined);
        const status = await Promise.race([this.ended, timeout]);
        waiting.abort();
        return status ?? undefined;
    }

    /** Waits for its end; one that hangs is killed, and that is an error. */
    async statusWithin(seconds: number, what: string): Promise<number> {
        const status = await this.status(seconds);
        if (status === undefined) {
            this.signal("SIGKILL");
            throw new Error(`${what} had not ended after ${seconds} s. It said:\n${this.output}`);
        }
        return status;
    }
}
