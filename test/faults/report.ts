import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CutsOutcome, verdictOf } from "./cuts";
import { type Cell, cellName } from "./matrix";
import { pointInWords } from "./point";

/** What came of a cell. */
export interface Result {
    cell: string;
    operation: string;
    fault: string;
    point: string;
    outcome: "ok" | "wrong" | "not reached";
    /** What was wrong. */
    wrong: string[];
    /** How long the `pulumi up` took that repaired it. Absent where the next cut of the row came before that. */
    repairSeconds?: number;
    /** How many cuts there were in the row. */
    inRow?: number;
    /** Of what was tested, as in git. */
    commit: string;
    when: string;
}

/**
 * What a row of cells has shown. Where it ended well, all its cuts were repaired. Where it did not, nobody knows which cut it
 * was: the last one is said to be wrong, and the others count as not run.
 */
export function resultsOf(row: Cell[], cuts: CutsOutcome, commit: string): Result[] {
    const { struck, wrong, repairSeconds } = cuts;
    const cells = struck.length > 0 ? struck.flatMap((point) => row.filter((cell) => cell.point === point)) : row;
    const outcome = verdictOf(cuts);
    const told = outcome === "wrong" ? cells.slice(-1) : cells;
    return told.map((cell) => ({
        ...{ cell: cellName(cell), operation: cell.operation.name, fault: cell.fault.name },
        ...{ point: pointInWords(cell.point), outcome, wrong },
        ...(cell === cells.at(-1) && { repairSeconds: Math.round(repairSeconds) }),
        ...(struck.length > 1 && { inRow: struck.length }),
        ...{ commit, when: new Date().toISOString() },
    }));
}

/** Results as lines of JSON; of several of one cell the last counts. */
export class Report {
    constructor(private readonly file: string) {}

    add(result: Result): void {
        mkdirSync(dirname(this.file), { recursive: true });
        appendFileSync(this.file, `${JSON.stringify(result)}\n`);
    }

    results(): Result[] {
        const lines = existsSync(this.file) ? readFileSync(this.file, "utf8").trim().split("\n") : [];
        const last = new Map(
            lines.filter(Boolean).map((line) => {
                const result = JSON.parse(line) as Result;
                return [result.cell, result] as const;
            }),
        );
        return [...last.values()];
    }

    /** Names of the cells that need not be run again. */
    done(): Set<string> {
        return new Set(
            this.results()
                .filter(({ outcome }) => outcome !== "wrong")
                .map(({ cell }) => cell),
        );
    }
}

/** docs/faults.md. */
export function pageOf(results: Result[]): string {
    const measured = results.filter(({ outcome }) => outcome !== "not reached");
    const count = (outcome: string) => measured.filter((result) => result.outcome === outcome).length;
    return `# Faults, as measured

Each line is one run on the lab's hosts: while \`pulumi up\` carries out the operation, the fault strikes at the point; what needs
a person is mended (a host is switched on, a network plugged in); then one \`pulumi up --yes\` repairs, in the time given, and
state, hosts and cluster are compared with those of an undisturbed run. The points are the commands of the steps and kubeadm's
own phases, as an undisturbed run shows them. The commit is that of the scripts and components; one that
the history does not have was rewritten before it landed. Written by \`npm run test:faults -- --report\`.

Cuts in a row are cuts of one operation: each \`pulumi up\` is cut at the first point where none has been cut before, and so is
the one after it, until one goes through and repairs what all of them have left.

A host that loses its power loses what its file system had not written yet: new files come back empty, as on a disk of its own
(lab/host/pull-plug.sh). Until 2026-11-29 everything that it had written was kept; those cells are under "power lost".

Only what was measured is told; \`npm run test:faults -- --list\` tells what else there is. A clock that jumps cannot be tried
here: the lab's hosts share the machine's.

${count("ok")} cells are ok, ${count("wrong")} are not.

${overview(measured)}

${readFileSync(join(__dirname, "defects.md"), "utf8")}
## Each cell

| operation | fault | point | outcome | repair | commit |
|---|---|---|---|---|---|
${measured.map(row).sort().join("\n")}
`;
}

/** How many cells of each fault in each operation are ok, and how many not. */
function overview(results: Result[]): string {
    const operations = [...new Set(results.map(({ operation }) => operation))].sort();
    const faults = [...new Set(results.map(({ fault }) => fault))].sort();
    const countOf = (operation: string, fault: string) => {
        const of = results.filter((result) => result.operation === operation && result.fault === fault);
        const wrong = of.filter(({ outcome }) => outcome === "wrong").length;
        return [of.length - wrong || "", wrong > 0 ? `${wrong} not` : ""].filter(Boolean).join(", ");
    };
    const rows = faults.map((fault) => [fault, ...operations.map((operation) => countOf(operation, fault))]);
    return [["ok", ...operations], ["", ...operations].map(() => "---"), ...rows].map(tableRow).join("\n");
}

function row({ operation, fault, point, outcome, wrong, repairSeconds, inRow, commit }: Result): string {
    const words = outcome === "ok" ? "ok" : wrong.join("; ").replace(/\s+/g, " ").slice(0, 200);
    const cuts = inRow ? `, of ${inRow} in a row` : "";
    const repair = repairSeconds === undefined ? "with the row" : `${repairSeconds} s`;
    return tableRow([operation, fault, point, words + cuts, repair, commit]);
}

function tableRow(cells: string[]): string {
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
