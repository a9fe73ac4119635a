import { spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faultIn } from "./certificateCheck";
import { environmentOf, type SigningRequest } from "./signingRequest";

/**
 * A program of its own, which Pulumi runs for each certificate of a CA that is the user's: has the user's command sign, and
 * fails where what comes back is not what was asked for, so that it reaches neither the state nor a host.
 */
function main(): number {
    const request = JSON.parse(readFileSync(0, "utf8")) as SigningRequest;
    const { status, signal, stdout, error } = spawnSync(request.command, {
        shell: true,
        env: { ...process.env, ...environmentOf(request) },
        encoding: "utf8",
        stdio: [openForReading(request.request), "pipe", "inherit"],
    });
    const ended = error?.message ?? (signal ? `it was ended by ${signal}` : status && `it ended with status ${status}`);
    const fault = ended || faultIn(stdout, request.wanted);
    if (fault) {
        console.error(
            `${request.name}: the command that signs (pki.external.sign: ${request.command}) has given no certificate that can be used: ${fault}`,
        );
        console.error(
            "  what to do: mend the command, then run 'pulumi up' again; no host has been given anything of it",
        );
        return 1;
    }
    process.stdout.write(`${stdout.trim()}\n`);
    return 0;
}

/**
 * Descriptor of a file with these words, which has no name any more. For what Node would give instead is a socket: a command
 * cannot open that as /dev/stdin, and one that does not read it to the end would be blamed for it.
 */
function openForReading(words: string): number {
    const folder = mkdtempSync(join(tmpdir(), "kubeadm-ha-request-"));
    try {
        const file = join(folder, "request.pem");
        writeFileSync(file, words);
        return openSync(file, "r");
    } finally {
        rmSync(folder, { recursive: true });
    }
}

process.exitCode = main();
