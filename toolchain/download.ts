import { spawn } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { type Checksum, checksumFault } from "./checksum";
import { commandOnPath } from "./commandOnPath";
import { SourceRefused } from "./piece";

/** A host that cannot be reached must cost a moment, not minutes. */
const connectSeconds = 5;
/** Slower than 1 kB/s for this long counts as broken off. */
const stalledSeconds = 30;
/** curl's own exit code for a server that cannot continue a partial download. */
const cannotContinue = 33;

/**
 * Fetches a file with curl, which knows the proxies and certificates that the machine is set up for. An interrupted
 * download goes on where it stopped. The file appears under its name only when complete and as expected.
 */
export async function download(url: string, to: string, expected: Checksum): Promise<void> {
    if (existsSync(to) && !(await checksumFault(to, expected)) && Object.keys(expected).length > 0) {
        return;
    }
    mkdirSync(dirname(to), { recursive: true });
    const partial = `${to}.part`;
    let fetched = await curl(url, partial);
    if (fetched.status === cannotContinue) {
        rmSync(partial, { force: true });
        fetched = await curl(url, partial);
    }
    if (fetched.status !== 0) {
        throw new SourceRefused(`${url} cannot be had: ${fetched.words}`);
    }
    const fault = await checksumFault(partial, expected);
    if (fault) {
        rmSync(partial, { force: true });
        throw new SourceRefused(`${url} was thrown away: ${fault}`);
    }
    renameSync(partial, to);
}

function curl(url: string, to: string): Promise<{ status: number | null; words: string }> {
    const command = commandOnPath("curl");
    if (!command) {
        throw new SourceRefused("there is no curl on this machine to download with");
    }
    const patience = [
        "--connect-timeout",
        `${connectSeconds}`,
        "--speed-limit",
        "1000",
        "--speed-time",
        `${stalledSeconds}`,
    ];
    const args = [
        "--fail",
        "--silent",
        "--show-error",
        "--location",
        ...patience,
        "--continue-at",
        "-",
        "--output",
        to,
        url,
    ];
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
        let words = "";
        child.stderr.setEncoding("utf8").on("data", (data) => {
            words += data;
        });
        child.on("error", reject).on("close", (status) => resolve({ status, words: words.trim() }));
    });
}
