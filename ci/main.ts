import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { runMain } from "../toolchain/runMain";
import { judgePlan } from "./judgement";

const usage = "npm run -s check-plan -- [--allow-removing-masters] [plan.json]   (without a file: stdin)";

/**
 * npm run -s check-plan: tells a plan of `pulumi preview --json` in words, on stdout, and fails when it takes away what a
 * pull request must not take away unseen.
 */
async function main(): Promise<number> {
    const { allowRemovingMasters, file } = argumentsOf(process.argv.slice(2));
    const { passes, words } = judgePlan(await textOf(file), { allowRemovingMasters });
    console.log(words);
    return passes ? 0 : 1;
}

async function textOf(file?: string): Promise<string> {
    if (file !== undefined) {
        return readFileSync(file, "utf8");
    }
    if (process.stdin.isTTY) {
        throw new Error(`Which plan?\nUsage: ${usage}`);
    }
    return text(process.stdin);
}

function argumentsOf(args: string[]): { allowRemovingMasters: boolean; file?: string } {
    const options = { "allow-removing-masters": { type: "boolean" as const, default: false } };
    try {
        const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
        if (positionals.length > 1) {
            throw new Error(`One plan at a time, not ${positionals.length}`);
        }
        return { allowRemovingMasters: values["allow-removing-masters"], file: positionals[0] };
    } catch (error) {
        throw new Error(`${(error as Error).message}\nUsage: ${usage}`);
    }
}

runMain(main);
