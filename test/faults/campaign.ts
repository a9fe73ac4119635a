import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { cacheRoot } from "../../toolchain/cache";
import { inWords } from "../../toolchain/duration";
import { projectFolder } from "../../toolchain/projectState";
import { type CellOutcome, runCell } from "./cell";
import { FaultCluster } from "./faultCluster";
import { type Cell, cellName, cellsOf } from "./matrix";
import type { Operation } from "./operations";
import { pointsIn, type Recording, recordingOf } from "./recording";
import { Report, resultOf } from "./report";

/** Where recordings and what is to be looked into are kept. */
const folder = join(cacheRoot(), "faults");
const recordings = join(folder, "recordings");

/** In git: a campaign goes on on another machine. */
export function report(): Report {
    return new Report(join(__dirname, "results.jsonl"));
}

export interface CampaignOptions {
    /** Name of the hosts' lab. */
    lab: string;
    /** Whether recordings of earlier scripts will do. Default: no. */
    stale?: boolean;
    /** Keeps what came of the cells. Default: nothing does. */
    report?: Report;
}

/** Runs cells on a cluster, one after another. */
export class Campaign {
    private readonly cluster: FaultCluster;
    private readonly recordings = new Map<Operation, Recording>();
    private readonly commit = commitUnderTest();

    constructor(private readonly options: CampaignOptions) {
        this.cluster = new FaultCluster(options.lab);
    }

    /** All cells of an operation. Needs a run of it where it has not been recorded. */
    async cellsOf(operation: Operation): Promise<Cell[]> {
        return cellsOf(operation, pointsIn(await this.recording(operation)));
    }

    /** Takes out of the list what to run next: the first cell that can begin where the cluster is now, else the first. */
    takeNext(cells: Cell[]): Cell {
        const { state } = this.cluster;
        const at = cells.findIndex(({ operation }) => operation.start !== undefined && operation.fits(state));
        return cells.splice(Math.max(at, 0), 1)[0];
    }

    /** Runs a cell. After one that went wrong the hosts are made anew. */
    async run(cell: Cell): Promise<CellOutcome> {
        const begun = Date.now();
        process.stdout.write(`${cellName(cell)} … `);
        const result = await this.outcomeOf(cell);
        const { outcome, wrong, repairSeconds, words } = result;
        const took = inWords((Date.now() - begun) / 1000);
        console.log(`${outcome}, repaired in ${Math.round(repairSeconds)} s (${took} in all)`);
        this.options.report?.add(resultOf(cell, outcome, wrong, repairSeconds, this.commit));
        if (outcome === "wrong") {
            const evidence = join(folder, "wrong", new Date().toISOString());
            await this.cluster.keepEvidence(evidence, `${cellName(cell)}\n${wrong.join("\n")}\n\n${words}`);
            console.log(`  ${wrong.join("\n  ")}\n  see ${evidence}`);
            await this.cluster.remove();
        }
        return result;
    }

    /** Takes the hosts away. */
    async end(): Promise<void> {
        await this.cluster.remove();
    }

    private async outcomeOf(cell: Cell): Promise<CellOutcome> {
        try {
            return await runCell(cell, this.cluster, await this.recording(cell.operation));
        } catch (error) {
            return { outcome: "wrong", wrong: [(error as Error).message], repairSeconds: 0, words: "" };
        }
    }

    private async recording(operation: Operation): Promise<Recording> {
        const known =
            this.recordings.get(operation) ??
            (await recordingOf(operation, this.cluster, recordings, this.options.stale ?? false));
        this.recordings.set(operation, known);
        return known;
    }
}

/** The last commit that changed what runs on hosts or drives the engine, marked when the files differ from it. */
function commitUnderTest(): string {
    const parts = ["components", "config", "hosts", "index.ts", "toolchain"];
    const git = (...args: string[]) =>
        execFileSync("git", [...args, "--", ...parts], { cwd: projectFolder, encoding: "utf8" }).trim();
    return git("log", "-1", "--format=%h", "--abbrev=7") + (git("status", "--porcelain") ? "-dirty" : "");
}
