import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inWords } from "../toolchain/duration";
import { ensure, pulumiPieces } from "../toolchain/ensure";
import { projectFolder } from "../toolchain/projectState";
import { runMain } from "../toolchain/runMain";
import { table } from "../toolchain/table";
import { createAndGrow } from "./createAndGrow";
import { fromNothing } from "./fromNothing";
import { noop } from "./noop";
import { pageOf } from "./page";
import { preview } from "./preview";
import type { Bench, BenchOptions, Section } from "./section";
import { stateOfWorkers } from "./stateOfWorkers";
import { upOfMany } from "./upOfMany";

const benches: Bench[] = [
    { name: "create", words: "create and grow on the lab's hosts, against a script by hand", run: createAndGrow },
    { name: "noop", words: "pulumi up that changes nothing, against a program that does nothing", run: noop },
    { name: "preview", words: "pulumi preview of 10 to 3,000 workers, against the same", run: preview },
    { name: "state", words: "bytes of state for each worker, and of what", run: stateOfWorkers },
    { name: "up", words: "pulumi up of 100 and 500 workers, by settings of the back end", run: upOfMany },
    { name: "nothing", words: "what npm start makes on an empty cache, as it was made here", run: fromNothing },
];

const help = `npm run bench -- [NAME…]: measures, and writes docs/performance.md. Without a name, all:

${table(
    ["name", "what"],
    benches.map(({ name, words }) => [name, words]),
)}

  --rounds N        how often each side is measured
  --sizes N,N…      numbers of workers
  --note TEXT       stands at the head of the page from now on; an empty one takes it away
  --page            writes the page from what has been measured, and measures nothing`;

const docs = join(projectFolder, "docs");
const resultsFile = join(docs, "performance.json");

async function main(): Promise<number> {
    const { values, positionals: names } = parseArgs({
        allowPositionals: true,
        options: {
            rounds: { type: "string" },
            sizes: { type: "string" },
            page: { type: "boolean" },
            note: { type: "string" },
            help: { type: "boolean" },
        },
    });
    const known = names.every((name) => benches.some((bench) => bench.name === name));
    if (values.help || !known) {
        console.log(help);
        return known ? 0 : 1;
    }
    const options: BenchOptions = {
        rounds: values.rounds ? Number(values.rounds) : undefined,
        sizes: values.sizes?.split(",").map(Number),
    };
    if (!values.page) {
        await ensure(...pulumiPieces, "bundle", "lab-rootfs");
        for (const bench of benches.filter(({ name }) => names.length === 0 || names.includes(name))) {
            await runBench(bench, options);
        }
    }
    if (values.note !== undefined) {
        write({ ...readResults(), note: values.note || undefined });
    }
    writePage();
    return 0;
}

async function runBench({ name, run }: Bench, options: BenchOptions): Promise<void> {
    console.log(`\n== ${name}`);
    const started = Date.now();
    const section = await run(console.log, options);
    keep(name, section);
    console.log(`== ${name}: ${inWords((Date.now() - started) / 1000)}\n`);
    for (const { titles, rows } of section.tables) {
        console.log(`${table(titles, rows)}\n`);
    }
}

/** Beside what other benchmarks have found, now or earlier. */
function keep(name: string, section: Section): void {
    const pictures = section.pictures.map(({ file, words, svg }) => {
        writeFileSync(join(docs, file), svg as string);
        return { file, words };
    });
    const results = readResults();
    write({ ...results, sections: { ...results.sections, [name]: { ...section, pictures } } });
}

/** What docs/performance.json holds. */
interface Results {
    note?: string;
    sections: Record<string, Section>;
}

function write(results: Results): void {
    writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
}

function readResults(): Results {
    return existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, "utf8")) : { sections: {} };
}

function writePage(): void {
    const { note, sections: measured } = readResults();
    const sections = benches.flatMap(({ name }) => measured[name] ?? []);
    const missing = benches.map(({ name }) => name).filter((name) => !measured[name]);
    const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
    writeFileSync(join(docs, "performance.md"), pageOf({ sections, machine, note, missing }));
}

runMain(main);
