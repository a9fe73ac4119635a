import { spawn } from "node:child_process";
import { join } from "node:path";
import { goCommand, goPiece } from "../toolchain/go";
import { ensurePieces } from "../toolchain/maker";
import { projectFolder } from "../toolchain/projectState";

/** How many tests ended how. */
export interface Count {
    passed: number;
    failed: number;
    skipped: number;
}

/** A part of the tests. It runs to its end, whatever fails in it. */
export interface Stage {
    title: string;
    run(): Promise<Count>;
}

/** A command that counts as one test. */
export function check(title: string, command: string, args: string[]): Stage {
    return {
        title,
        run: async () => {
            const { status } = await run(command, args);
            return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
        },
    };
}

/** Test files, and options, of mocha. A file that breaks before its tests counts as one failure. */
export function mocha(title: string, args: string[]): Stage {
    return {
        title,
        run: async () => {
            const mochaCommand = join(projectFolder, "node_modules", ".bin", "mocha");
            const { status, output } = await run(mochaCommand, ["--no-color", ...args]);
            const last = (word: string) =>
                Number([...output.matchAll(new RegExp(`^ +(\\d+) ${word}`, "gm"))].pop()?.[1] ?? 0);
            const count = { passed: last("passing"), failed: last("failing"), skipped: last("pending") };
            // A stage that ran nothing has not passed.
            return withStatus(count, count.passed + count.failed === 0 ? 1 : status);
        },
    };
}

/** The tests of a Go module, gofmt and go vet among them. */
export function goModule(title: string, folder: string): Stage {
    return {
        title,
        run: async () => {
            const go = await goCommand(async () => (await ensurePieces([goPiece], [goPiece]))[0].folder);
            const env = { ...process.env, ...go.env };
            const cwd = join(projectFolder, folder);
            const vet = await run(go.command, ["vet", "./..."], { cwd, env });
            const tests = await run(go.command, ["test", "-count=1", "-v", "./..."], { cwd, env });
            const ended = (word: string) => [...tests.output.matchAll(new RegExp(`^--- ${word}:`, "gm"))].length;
            const count = { passed: ended("PASS"), failed: ended("FAIL"), skipped: ended("SKIP") };
            const tested = withStatus(count, tests.status);
            return vet.status === 0
                ? { ...tested, passed: tested.passed + 1 }
                : { ...tested, failed: tested.failed + 1 };
        },
    };
}

function withStatus(count: Count, status: number): Count {
    return status !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

interface RunOptions {
    cwd?: string;
    env?: NodeJS.ProcessEnv;
}

/** Runs a command; what it says is shown as it comes, and kept. */
function run(command: string, args: string[], options: RunOptions = {}): Promise<{ status: number; output: string }> {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { cwd: projectFolder, ...options, stdio: ["ignore", "pipe", "pipe"] });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8");
            stream.on("data", (words: string) => {
                output += words;
                process.stdout.write(words);
            });
        }
        child.on("error", reject);
        child.on("close", (status) => resolve({ status: status ?? 1, output }));
    });
}
