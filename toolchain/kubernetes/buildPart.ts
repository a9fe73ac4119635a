import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Workshop } from "../piece";
import type { GoPart } from "./goParts";

/** Builds a part and returns the folder with its programs. What an interrupted run had built is not built again. */
export async function buildPart(part: GoPart, workshop: Workshop): Promise<string> {
    const finished = join(workshop.scratch, "programs", basename(part.module));
    if (existsSync(finished)) {
        return finished;
    }
    workshop.say(`builds ${basename(part.module)}`);
    const unfinished = `${finished}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    await workshop.go(["build", ...buildFlags(part), "-o", `${unfinished}/`, ...part.packages], {
        cwd: await moduleFolder(part, workshop),
        env: part.cgo ? { CGO_ENABLED: "1" } : {},
    });
    for (const [from, to] of Object.entries(part.renamed ?? {})) {
        renameSync(join(unfinished, from), join(unfinished, to));
    }
    renameSync(unfinished, finished);
    return finished;
}

/** Nothing of the machine goes into a program (-trimpath); symbol tables would double its size (-s -w); -v is for the log. */
export function buildFlags({
    tags = [],
    variables = {},
    cgo = false,
}: Pick<GoPart, "tags" | "variables" | "cgo">): string[] {
    const linker = ["-s", "-w", ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)];
    if (cgo) {
        linker.push("-extldflags=-static");
    }
    return ["-v", "-trimpath", "-tags", tags.join(","), "-ldflags", linker.join(" ")];
}

/** The folder as it is committed; a copy in the scratch folder where the main package is yet to be written. */
async function moduleFolder(part: GoPart, workshop: Workshop): Promise<string> {
    const committed = join(__dirname, part.module);
    if (!part.writeMain) {
        return committed;
    }
    const copy = join(workshop.scratch, part.module);
    cpSync(committed, copy, { recursive: true });
    await part.writeMain(copy, workshop);
    return copy;
}
