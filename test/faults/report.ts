import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
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
    /** How long the `pulumi up` took that repaired it. */
    repairSeconds: number;
    /** Of what was tested, as in git. */
    commit: string;
    when: string;
}

export function resultOf(
    cell: Cell,
    outcome: Result["outcome"],
    wrong: string[],
    repairSeconds: number,
    commit: string,
): Result {
    const { operation, fault, point } = cell;
    return {
        ...{ cell: cellName(cell), operation: operation.name, fault: fault.name, point: pointInWords(point) },
        ...{ outcome, wrong, repairSeconds: Math.round(repairSeconds), commit, when: new Date().toISOString() },
    };
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
own phases, as an undisturbed run shows them. The commit is that of the scripts and components. Written by
\`npm run test:faults -- --report\`.

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

function row({ operation, fault, point, outcome, wrong, repairSeconds, commit }: Result): string {
    const words = outcome === "ok" ? "ok" : wrong.join("; ").replace(/\s+/g, " ").slice(0, 200);
    return tableRow([operation, fault, point, words, `${repairSeconds} s`, commit]);
}

function tableRow(cells: string[]): string {
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
