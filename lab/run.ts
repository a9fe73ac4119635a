import { type SpawnOptions, spawn } from "node:child_process";

export interface Outcome {
    status: number;
    stdout: string;
    stderr: string;
}

/** Runs a command to its end and returns what it printed. A command killed by a signal has the status 255. */
export function outcomeOf(
    command: string,
    args: string[],
    options: SpawnOptions & { stdin?: string } = {},
): Promise<Outcome> {
    const { stdin, ...rest } = options;
    const child = spawn(command, args, { ...rest, stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout?.setEncoding("utf8").on("data", (text) => (output.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text) => (output.stderr += text));
    child.stdin?.on("error", () => {}).end(stdin); // a command need not read all of it
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (status) => resolve({ status: status ?? 255, ...output }));
    });
}

/** Runs a command that must succeed; its error shows what it said. */
export async function run(command: string, args: string[], options: SpawnOptions = {}): Promise<string> {
    const { status, stdout, stderr } = await outcomeOf(command, args, options);
    if (status !== 0) {
        throw new Error(`${[command, ...args].join(" ")} failed (${status}): ${(stderr || stdout).trim()}`);
    }
    return stdout;
}
