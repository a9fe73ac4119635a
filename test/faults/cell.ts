import { whatIsWrong } from "./checks";
import { EngineRun } from "./engineRun";
import { type FaultCluster, upLimitSeconds } from "./faultCluster";
import { patience, type Scene } from "./faults";
import type { Cell } from "./matrix";
import { rolesOf } from "./operations";
import type { Recording } from "./recording";

export interface CellOutcome {
    outcome: "ok" | "wrong" | "not reached";
    wrong: string[];
    repairSeconds: number;
    /** What both runs of the engine said. */
    words: string;
}

/** How long a run may go on after a fault: kubeadm's own time limits, and a lost connection's, are well below. */
const cutRunLimitSeconds = 1200;

/** Runs one cell: the fault strikes, a person mends what a person must, one `pulumi up --yes`, and everything is looked at. */
export async function runCell(cell: Cell, cluster: FaultCluster, recording: Recording): Promise<CellOutcome> {
    const { operation, fault, point } = cell;
    if (operation.start === undefined || !operation.fits(cluster.state)) {
        await cluster.bringTo(operation.start);
    }
    const from = cluster.state;
    const target = operation.target(from);
    const roles = rolesOf(from, target);
    const [host] = roles[point.role];
    if (from) {
        cluster.write();
    }
    // Until all is well again, nobody knows what the cluster consists of.
    cluster.state = undefined;

    const trace = cluster.trace(host);
    trace.begin(point);
    const logLength = trace.log(point.step).length;
    cluster.declare(target);
    const run = new EngineRun(cluster.stack);
    if (!(await trace.reached(point, logLength, run.end))) {
        trace.end();
        const status = await run.statusWithin(1, "pulumi up");
        if (status !== 0) {
            const wrong = [`pulumi up, undisturbed, ended with status ${status}: ${reasonIn(run.output)}`];
            return { outcome: "wrong", wrong, repairSeconds: 0, words: run.output };
        }
        await cluster.settle(target);
        return { outcome: "not reached", wrong: [], repairSeconds: 0, words: run.output };
    }
    const otherMasters = [...roles.staying, ...roles["in a later turn"]].filter((name) => name !== host);
    const scene: Scene = { cluster, run, host, otherMasters, release: () => trace.release() };
    await fault.strike(scene);
    trace.release();
    if (fault.mend) {
        await run.status(patience(fault));
        await fault.mend(scene);
    }
    await run.statusWithin(cutRunLimitSeconds, "the run that was cut");

    const started = Date.now();
    const words = () => `${run.output}\n==== repair\n${repair?.output ?? ""}`;
    let repair: EngineRun | undefined;
    try {
        repair = new EngineRun(cluster.stack);
        const status = await repair.statusWithin(upLimitSeconds, "the repairing pulumi up");
        const repairSeconds = (Date.now() - started) / 1000;
        trace.end();
        const wrong =
            status === 0
                ? await whatIsWrong(cluster, from, target, recording)
                : [`pulumi up ended with status ${status}: ${reasonIn(repair.output)}`];
        if (wrong.length > 0) {
            cluster.state = undefined;
        }
        return { outcome: wrong.length === 0 ? "ok" : "wrong", wrong, repairSeconds, words: words() };
    } catch (error) {
        cluster.state = undefined;
        const repairSeconds = (Date.now() - started) / 1000;
        return { outcome: "wrong", wrong: [(error as Error).message], repairSeconds, words: words() };
    }
}

/** The steps that have failed and the errors that they tell, else the end of what was said. */
function reasonIn(output: string): string {
    const lines = output
        .split("\n")
        .filter((line) => /: step \S+ (failed|was not finished)|^\s*error: |Error from server/i.test(line));
    return lines.length > 0 ? [...new Set(lines.map((line) => line.trim()))].join("; ") : output.slice(-500);
}
