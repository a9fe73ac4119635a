import { basename } from "node:path";
import type { Workshop } from "./piece";

/** A program to be built from Go modules. */
export interface GoProgram {
    /** Folder with the go.mod and go.sum that pin everything. */
    module: string;
    /** Import path, or ./folder in the module. */
    package: string;
    /** The program's file. */
    output: string;
    /** Go variables to set, by import path and name. */
    variables?: Record<string, string>;
    /** CPU seconds with a cold cache, as a hint for the person who waits. */
    cpuSeconds: number;
}

/** Builds a static, stripped program with our Go; what was compiled before, by whatever build, is not compiled again. */
export async function buildGoProgram(program: GoProgram, workshop: Workshop): Promise<void> {
    const set = Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
    workshop.say(
        `${basename(program.output)}: fetches modules and compiles (cold about ${program.cpuSeconds} CPU seconds)`,
    );
    const flags = ["-v", "-trimpath", "-ldflags", ["-s -w", ...set].join(" ")];
    await workshop.go(["build", ...flags, "-o", program.output, program.package], { cwd: program.module });
}
