import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensure, pulumiPieces } from "../../toolchain/ensure";
import { earlierBundles } from "../../toolchain/kubernetes/bundle";
import { projectFolder } from "../../toolchain/projectState";
import { runMain } from "../../toolchain/runMain";
import { Campaign, report } from "./campaign";
import { type Cell, cellName, inTurn, rowsOf, shuffled } from "./matrix";
import { type Operation, operations } from "./operations";
import { pageOf } from "./report";

const help = `npm run test:faults -- [OPTION…]: pulls the plug at every point of every operation, and repairs by one pulumi up.

  --operation NAME  only this operation, or these with commas between: ${operations.map(({ name }) => name).join(", ")}
  --only REGEX      only cells whose name matches
  --cells N         at most so many
  --minutes N       no new cell after that time
  --seed N          in an order that depends on the number only; without it, each fault in each operation in turn,
                    at the most dangerous point that is left
  --in-a-row        cells of one operation and one fault as cuts of one operation, as many as it has room for: each
                    pulumi up is cut at the first point where none has been cut yet, and one that goes through repairs
  --lab NAME        on hosts of this lab (faults); several at once take a lab each, and other operations
  --stale           points as recorded with earlier scripts will do
  --again           also cells that have been ok before
  --list            tells the cells, and runs none (operations are recorded where they have not been)
  --report          writes the results so far to docs/faults.md, and runs none

Results are kept in test/faults/results.jsonl; the next run goes on where this one ends. Ctrl-C ends it after the present cell, and takes the hosts away.`;

async function main(): Promise<number> {
    const { values: options } = parseArgs({
        options: {
            operation: { type: "string" },
            only: { type: "string", default: "" },
            cells: { type: "string", default: "Infinity" },
            minutes: { type: "string", default: "Infinity" },
            seed: { type: "string" },
            "in-a-row": { type: "boolean" },
            lab: { type: "string", default: "faults" },
            stale: { type: "boolean" },
            again: { type: "boolean" },
            list: { type: "boolean" },
            report: { type: "boolean" },
            help: { type: "boolean" },
        },
    });
    if (options.help) {
        console.log(help);
        return 0;
    }
    if (options.report) {
        writeFileSync(join(projectFolder, "docs", "faults.md"), pageOf(report().results()));
        return 0;
    }
    const end = Date.now() + Number(options.minutes) * 60_000;
    const wanted = operations.filter(({ name }) => options.operation?.split(",").includes(name) ?? true);
    await ensure(...pulumiPieces, "bundle", ...furtherBundles(wanted), "lab-rootfs");
    const campaign = new Campaign({ lab: options.lab, stale: options.stale, report: report() });
    try {
        const all = await cellsOfAll(campaign, wanted);
        const done = options.again ? new Set<string>() : report().done();
        const only = new RegExp(options.only);
        const left = all.filter((cell) => only.test(cellName(cell)) && !done.has(cellName(cell)));
        const chosen = (options.seed ? shuffled(left, options.seed) : inTurn(left)).slice(0, Number(options.cells));
        console.log(`${all.length} cells, ${done.size} have been ok, ${chosen.length} are chosen`);
        if (options.list) {
            console.log(chosen.map(cellName).join("\n"));
            return 0;
        }
        return await runAll(campaign, options["in-a-row"] ? rowsOf(chosen) : chosen.map((cell) => [cell]), end);
    } finally {
        await campaign.end();
    }
}

/** Of the version that an upgrade begins with. */
function furtherBundles(wanted: Operation[]): string[] {
    const upgrades = wanted.some(({ start }) => start?.earlier);
    return upgrades ? earlierBundles.map(({ name, version }) => `${name}@${version}`) : [];
}

async function cellsOfAll(campaign: Campaign, wanted: Operation[]): Promise<Cell[]> {
    const cells: Cell[] = [];
    for (const operation of wanted) {
        cells.push(...(await campaign.cellsOf(operation)));
    }
    return cells;
}

/** Until none is left, the time is over or somebody says so (Ctrl-C). Returns the exit status. */
async function runAll(campaign: Campaign, rows: Cell[][], end: number): Promise<number> {
    let [ok, wrong] = [0, 0];
    const stop = new AbortController();
    process.once("SIGINT", () => stop.abort());
    process.once("SIGTERM", () => stop.abort());
    const enough = () => Date.now() >= end || stop.signal.aborted;
    while (rows.length > 0 && !enough()) {
        process.stdout.write(`[${rows.flat().length} to go, ${ok} ok, ${wrong} wrong] `);
        const row = campaign.takeNext(rows);
        const outcome = await campaign.run(row, enough);
        const failed = outcome.wrong.length > 0;
        ok += failed ? 0 : outcome.struck.length;
        wrong += failed ? 1 : 0;
        const left = row.filter(({ point }) => !outcome.struck.includes(point));
        if (outcome.struck.length > 0 && left.length > 0) {
            rows.push(left);
        }
    }
    return wrong === 0 ? 0 : 1;
}

runMain(main);
