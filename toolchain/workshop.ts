import { spawn } from "node:child_process";
import { appendFileSync, closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { download } from "./download";
import { inWords } from "./duration";
import type { GoCommand } from "./go";
import { linesSince } from "./logFile";
import type { RunOptions, Workshop } from "./piece";

/** How often a long command is reported on. */
const reportEveryMs = 20_000;
const linesShown = 15;

/** What a workshop is set up with. */
export interface WorkshopSetup {
    log: string;
    scratch: string;
    say(words: string): void;
    goCommand(): Promise<GoCommand>;
    piece(name: string): string;
}

/** A command that a source ran has failed; the message says which, where, and shows its last words. */
export class CommandFailed extends Error {
    override name = "CommandFailed";
}

/** The workshop that sources get. */
export function createWorkshop({ log, scratch, say, goCommand, piece }: WorkshopSetup): Workshop {
    mkdirSync(scratch, { recursive: true });
    const run = (command: string, args: string[], options: RunOptions = {}) =>
        runLogged(command, args, options, log, say);
    const goOptions = async (options: RunOptions) => {
        const { command, env } = await goCommand();
        return { command, options: { ...options, env: { ...env, ...options.env } } };
    };
    return {
        run: async (command, args, options) => {
            await run(command, args, options);
        },
        download: (url, to, expected) => {
            appendFileSync(log, `fetch ${url}\n`);
            say(`fetches ${url}`);
            return download(url, to, expected);
        },
        go: async (args, options) => {
            const go = await goOptions(options);
            await run(go.command, args, go.options);
        },
        goOutput: async (args, options) => {
            const go = await goOptions(options);
            return (await run(go.command, args, { ...go.options, captured: true } as RunOptions)).trim();
        },
        say,
        scratch,
        piece,
    };
}

/** Runs a command with its output in the log (or its stdout returned), and reports now and then how far it is. */
function runLogged(
    command: string,
    args: string[],
    options: RunOptions & { captured?: boolean },
    log: string,
    say: (words: string) => void,
): Promise<string> {
    appendFileSync(log, `\n$ ${[command, ...args].join(" ")}${options.cwd ? `   (in ${options.cwd})` : ""}\n`);
    const begins = statSync(log).size;
    const output = openSync(log, "a");
    const child = spawn(command, args, {
        cwd: options.cwd,
        env: { ...process.env, ...options.env },
        stdio: ["ignore", options.captured ? "pipe" : output, output],
    });
    closeSync(output);
    let captured = "";
    child.stdout?.setEncoding("utf8").on("data", (data) => {
        captured += data;
    });
    const started = Date.now();
    const reports = setInterval(() => {
        const lines = linesSince(log, begins);
        const far = lines.length > 0 ? `, ${lines.length} lines of output, now: ${lines.at(-1)?.slice(0, 80)}` : "";
        say(`… ${inWords((Date.now() - started) / 1000)}${far}`);
    }, reportEveryMs);
    return new Promise((resolve, reject) => {
        const failed = (reason: string) => {
            const words = linesSince(log, begins)
                .slice(-linesShown)
                .map((line) => `  | ${line}`);
            const where = options.cwd ? ` in ${options.cwd}` : "";
            reject(new CommandFailed([`"${[command, ...args].join(" ")}"${where} ${reason}`, ...words].join("\n")));
        };
        child.on("error", (error) => failed(`could not be started: ${error.message}`));
        child.on("close", (status, signal) => {
            if (status === 0) {
                resolve(captured);
            } else {
                failed(signal ? `was ended by ${signal}` : `failed with exit code ${status}`);
            }
        });
    }).finally(() => clearInterval(reports)) as Promise<string>;
}
