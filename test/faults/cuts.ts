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
    const outcome: CutsOutcome = { struck: [], wrong: [], repairSeconds: 0, words: "" };
    const reach = (host: string, point: Point) => {
        outcome.struck.push(point);
        hear(`${host}, ${pointInWords(point)}`);
    };
    const stage: Stage = { cluster, roles, traces: cluster.hosts.map((host) => cluster.trace(host)), reach };
    try {
        for (let repaired = false; !repaired; ) {
            const left = outcome.struck.length > 0 && enough() ? [] : points.filter((p) => !outcome.struck.includes(p));
            const { cut, status, words, seconds } = await upStruckBy(fault, left, stage);
            outcome.words += `==== ${cut ? "a run that was cut" : "repair"}\n${words}`;
            if (!cut) {
                repaired = true;
                outcome.repairSeconds = seconds;
                outcome.wrong = status === 0 ? [] : [`pulumi up ended with status ${status}: ${reasonIn(words)}`];
            }
        }
        for (const trace of stage.traces) {
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

/** Where it all happens. */
interface Stage {
    cluster: FaultCluster;
    roles: Record<HostRole, string[]>;
    traces: HostTrace[];
    /** Called before the fault strikes. */
    reach(host: string, point: Point): void;
}

interface EndedRun {
    /** Whether one of the points was reached. */
    cut: boolean;
    status: number;
    words: string;
    seconds: number;
}

/** One `pulumi up --yes`, to its end; the fault strikes at the first of these points that it reaches. */
async function upStruckBy(fault: Fault, points: Point[], stage: Stage): Promise<EndedRun> {
    watch(stage, points);
    const started = Date.now();
    const run = new EngineRun(stage.cluster.stack);
    const reached = await firstReached(stage.traces, run.end);
    if (reached) {
        stage.reach(reached.trace.host, reached.point);
        await strike(fault, sceneOf(reached.trace.host, stage, run));
    }
    const status = await run.statusWithin(reached ? cutRunLimitSeconds : upLimitSeconds, "pulumi up");
    return { cut: reached !== undefined, status, words: run.output, seconds: (Date.now() - started) / 1000 };
}

function watch({ traces, roles }: Stage, points: Point[]): void {
    for (const trace of traces) {
        trace.begin(points.filter(({ role }) => roles[role].includes(trace.host)));
    }
}

function sceneOf(host: string, { cluster, roles, traces }: Stage, run: EngineRun): Scene {
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
