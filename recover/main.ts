import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { ensure, pulumiPieces } from "../toolchain/ensure";
import { ensureProjectState, projectFolder } from "../toolchain/projectState";
import { runMain } from "../toolchain/runMain";
import { recover } from "./recover";

const usage = `npm run recover -- --from HOST [--stack NAME] [--cwd FOLDER] [--yes]

When etcd has lost its quorum for good: carries the cluster on from the one master that is left (docs/recovery.md).

  --from HOST    the master that is left, as the configuration calls it; where there are several, the one that has most
  --stack NAME   default: the stack that is selected
  --cwd FOLDER   the Pulumi program's; default: this project
  --yes          do not ask`;

interface Request {
    from: string;
    stack?: string;
    cwd: string;
    yes: boolean;
}

async function main(): Promise<number> {
    const { from, stack, cwd, yes } = requestOf(process.argv.slice(2));
    await ensure(...pulumiPieces);
    ensureProjectState();
    // The engine hears of it too, and ends; then what is temporary is cleared away.
    process.on("SIGINT", () => {});
    return recover({
        from,
        stack,
        folder: cwd,
        agreed: yes ? async () => true : ask,
        say: (words) => console.log(words),
    });
}

function requestOf(args: string[]): Request {
    const options = {
        from: { type: "string" as const },
        stack: { type: "string" as const, short: "s" },
        cwd: { type: "string" as const, default: projectFolder },
        yes: { type: "boolean" as const, short: "y", default: false },
    };
    try {
        const { from, ...others } = parseArgs({ args, options }).values;
        if (!from) {
            throw new Error("From which master?");
        }
        return { from, ...others };
    } catch (error) {
        throw new Error(`${(error as Error).message}\n\n${usage}`);
    }
}

async function ask(): Promise<boolean> {
    if (!stdin.isTTY) {
        throw new Error("Nobody is there to be asked. Nothing was changed; --yes goes on without a question.");
    }
    const questions = createInterface({ input: stdin, output: stdout });
    try {
        const answer = await new Promise<string>((resolve) => {
            questions.on("close", () => resolve("no")); // Ctrl-C, Ctrl-D
            questions.question("Go on? [y/N] ").then(resolve, () => resolve("no"));
        });
        return /^y(es)?$/i.test(answer.trim());
    } finally {
        questions.close();
    }
}

runMain(main);
