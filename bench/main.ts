import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { inWords } from "../toolchain/duration";
import { ensure, pulumiPieces } from "../toolchain/ensure";
import { projectFolder } from "../toolchain/projectState";
import { runMain } from "../toolchain/runMain";
import { table } from "../toolchain/table";
import { createAndGrow } from "./createAndGrow";
import { noop } from "./noop";
import { pageOf } from "./page";
import { preview } from "./preview";
import type { Bench, Section } from "./section";
import { upOfMany } from "./upOfMany";

const benches: Bench[] = [
    { name: "create", words: "create and grow on the lab's hosts, against a script by hand", run: createAndGrow },
    { name: "noop", words: "pulumi up that changes nothing, against a program that does nothing", run: noop },
    { name: "up", words: "pulumi up of 100 and 500 workers, by settings of the back end", run: upOfMany },
    { name: "preview", words: "pulumi preview of 10 to 3,000 workers, against the same", run: preview },
];

const help = `npm run bench -- [NAME…]: measures, and writes docs/performance.md. Without a name, all:

${table(
    ["name", "what"],
    benches.map(({ name, words }) => [name, words]),
)}

--page writes the page from what has been measured, and measures nothing.`;

const docs = join(projectFolder, "docs");
const resultsFile = join(docs, "performance.json");

async function main(): Promise<number> {
    const names = process.argv.slice(2);
    const unknown = names.filter((name) => name !== "--page" && !benches.some((bench) => bench.name === name));
    if (unknown.length > 0) {
        console.log(help);
        return unknown.includes("--help") ? 0 : 1;
    }
    if (!names.includes("--page")) {
        await ensure(...pulumiPieces, "bundle", "lab-rootfs");
        for (const { name, run } of benches.filter((bench) => names.length === 0 || names.includes(bench.name))) {
            console.log(`\n== ${name}`);
            const started = Date.now();
            const section = await run(console.log);
            keep(name, section);
            console.log(`== ${name}: ${inWords((Date.now() - started) / 1000)}\n`);
            for (const { titles, rows } of section.tables) {
                console.log(`${table(titles, rows)}\n`);
            }
        }
    }
    writePage();
    return 0;
}

/** Beside what other benchmarks have found, now or earlier. */
function keep(name: string, section: Section): void {
    const pictures = section.pictures.map(({ file, words, svg }) => {
        writeFileSync(join(docs, file), svg as string);
        return { file, words };
    });
    writeFileSync(resultsFile, `${JSON.stringify({ ...readResults(), [name]: { ...section, pictures } }, null, 2)}\n`);
}

function readResults(): Record<string, Section> {
    return existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, "utf8")) : {};
}

function writePage(): void {
    const results = readResults();
    const sections = benches.flatMap(({ name }) => results[name] ?? []);
    const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
    writeFileSync(join(docs, "performance.md"), pageOf(sections, machine));
}

runMain(main);
