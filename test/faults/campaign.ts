import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { cacheRoot } from "../../toolchain/cache";
import { inWords } from "../../toolchain/duration";
import { projectFolder } from "../../toolchain/projectState";
import { type CutsOutcome, runCuts, verdictOf } from "./cuts";
import { FaultCluster } from "./faultCluster";
import { type Cell, cellName, cellsOf } from "./matrix";
import type { Operation } from "./operations";
import { pointInWords } from "./point";
import { pointsIn, type Recording, recordingOf } from "./recording";
import { Report, resultsOf } from "./report";

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

    /** Takes out of the list what to run next: the first row that can begin where the cluster is now, else the first. */
    takeNext(rows: Cell[][]): Cell[] {
        const { state } = this.cluster;
        const at = rows.findIndex(([{ operation }]) => operation.start !== undefined && operation.fits(state));
        return rows.splice(Math.max(at, 0), 1)[0];
    }

    /**
     * Runs cells of one operation and one fault in a row (runCuts). After something that went wrong the hosts are made anew.
     * @param enough when true, the row ends with the present cell. Default: it never is
     */
    async run(row: Cell[], enough = () => false): Promise<CutsOutcome> {
        const begun = Date.now();
        const name = row.length === 1 ? cellName(row[0]) : `${row[0].operation.name} · ${row[0].fault.name} · in a row`;
        process.stdout.write(`${name} … ${row.length > 1 ? "\n" : ""}`);
        const outcome = await this.outcomeOf(row, enough);
        const { struck, wrong, repairSeconds, words } = outcome;
        for (const result of resultsOf(row, outcome, this.commit)) {
            this.options.report?.add(result);
        }
        const took = inWords((Date.now() - begun) / 1000);
        const repaired = `repaired in ${Math.round(repairSeconds)} s`;
        console.log(`${verdictOf(outcome)}, cuts: ${struck.length}, ${repaired} (${took} in all)`);
        if (wrong.length > 0) {
            const evidence = join(folder, "wrong", new Date().toISOString());
            const cuts = struck.map(pointInWords).join("\n");
            await this.cluster.keepEvidence(evidence, `${name}\n${cuts}\n${wrong.join("\n")}\n\n${words}`);
            console.log(`  ${wrong.join("\n  ")}\n  see ${evidence}`);
            await this.cluster.remove();
        }
        return outcome;
    }

    /** Takes the hosts away. */
    async end(): Promise<void> {
        await this.cluster.remove();
    }

    private async outcomeOf(row: Cell[], enough: () => boolean): Promise<CutsOutcome> {
        const [{ operation, fault }] = row;
        const cuts = { operation, fault, points: row.map(({ point }) => point) };
        const hear = (words: string) => row.length > 1 && console.log(`  ${new Date().toISOString()} ${words}`);
        try {
            return await runCuts(cuts, this.cluster, await this.recording(operation), { enough, hear });
        } catch (error) {
            return { struck: [], wrong: [(error as Error).message], repairSeconds: 0, words: "" };
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
