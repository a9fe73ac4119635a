import { whatIsWrong } from "./checks";
import { EngineRun } from "./engineRun";
import { type FaultCluster, upLimitSeconds } from "./faultCluster";
import { type Fault, patience, type Scene } from "./faults";
import { firstReached, type HostTrace } from "./hostTrace";
import { type Operation, rolesOf } from "./operations";
import { type HostRole, type Point, pointInWords } from "./point";
import type { Recording } from "./recording";

/** One operation, and a fault that strikes it. */
export interface Cuts {
    operation: Operation;
    fault: Fault;
    /** Each is struck once, on whichever host of its role comes there first. */
    points: Point[];
}

export interface CutsOutcome {
    /** Where the fault has struck, in order. */
    struck: Point[];
    wrong: string[];
    /** How long the last run took: the one that was not cut. */
    repairSeconds: number;
    /** What all runs of the engine said. */
    words: string;
}

/** What cuts have shown, in short. */
export function verdictOf({ struck, wrong }: CutsOutcome): "ok" | "wrong" | "not reached" {
    if (wrong.length > 0) {
        return "wrong";
    }
    return struck.length > 0 ? "ok" : "not reached";
}

/** Who looks on. */
export interface Bystander {
    /** Whether the next run should not be cut any more. */
    enough(): boolean;
    /** Hears of each cut. */
    hear(words: string): void;
}

/** How long a run may go on after a fault: kubeadm's own time limits, and a lost connection's, are well below. */
const cutRunLimitSeconds = 1200;

/**
 * Runs an operation again and again: each `pulumi up --yes` is cut at the first point that it reaches and that has not been
 * struck, and a person mends what a person must. One that reaches no more points repairs, and then everything is looked at.
 */
export async function runCuts(
    { operation, fault, points }: Cuts,
    cluster: FaultCluster,
    recording: Recording,
    { enough, hear }: Bystander,
): Promise<CutsOutcome> {
    if (operation.start === undefined || !operation.fits(cluster.state)) {
        await cluster.bringTo(operation.start);
    }
    const from = cluster.state;
    const target = operation.target(from);
    const roles = rolesOf(from, target);
    if (from) {
        cluster.write();
    }
    // Until all is well again, nobody knows what the cluster consists of.
    cluster.state = undefined;
    cluster.declare(target);
    const traces = cluster.hosts.map((host) => cluster.trace(host));
    const outcome: CutsOutcome = { struck: [], wrong: [], repairSeconds: 0, words: "" };
    try {
        for (let cut = true; cut; ) {
            const left = outcome.struck.length > 0 && enough() ? [] : points.filter((p) => !outcome.struck.includes(p));
            watch(traces, left, roles);
            const started = Date.now();
            const run = new EngineRun(cluster.stack);
            const reached = await firstReached(traces, run.end);
            cut = reached !== undefined;
            if (reached) {
                outcome.struck.push(reached.point);
                hear(`${reached.trace.host}, ${pointInWords(reached.point)}`);
                await strike(fault, sceneOf(reached.trace.host, roles, cluster, run, traces));
            }
            const status = await run.statusWithin(cut ? cutRunLimitSeconds : upLimitSeconds, "pulumi up");
            outcome.words += `==== ${cut ? "a run that was cut" : "repair"}\n${run.output}`;
            if (!cut) {
                outcome.repairSeconds = (Date.now() - started) / 1000;
                outcome.wrong = status === 0 ? [] : [`pulumi up ended with status ${status}: ${reasonIn(run.output)}`];
            }
        }
        for (const trace of traces) {
            trace.end();
        }
        if (outcome.wrong.length === 0) {
            outcome.wrong = await whatIsWrong(cluster, from, target, recording);
        }
    } catch (error) {
        outcome.wrong.push((error as Error).message);
    }
    if (outcome.wrong.length > 0) {
        cluster.state = undefined;
    }
    return outcome;
}

function watch(traces: HostTrace[], points: Point[], roles: Record<HostRole, string[]>): void {
    for (const trace of traces) {
        trace.begin(points.filter(({ role }) => roles[role].includes(trace.host)));
    }
}

function sceneOf(
    host: string,
    roles: Record<HostRole, string[]>,
    cluster: FaultCluster,
    run: EngineRun,
    traces: HostTrace[],
): Scene {
    const staying = [...roles.staying, ...roles["in a later turn"]];
    return {
        ...{ cluster, run, host },
        otherMasters: staying.filter((name) => name !== host),
        release: () => {
            for (const trace of traces) {
                trace.release();
            }
        },
    };
}

/** What happens, and what a person does about it. */
async function strike(fault: Fault, scene: Scene): Promise<void> {
    await fault.strike(scene);
    scene.release();
    if (fault.mend) {
        await scene.run.status(patience(fault));
        await fault.mend(scene);
    }
}

/** The steps that have failed and the errors that they tell, else the end of what was said. */
function reasonIn(output: string): string {
    const lines = output
        .split("\n")
        .filter((line) => /: step \S+ (failed|was not finished)|^\s*error: |Error from server/i.test(line));
    return lines.length > 0 ? [...new Set(lines.map((line) => line.trim()))].join("; ") : output.slice(-500);
}
