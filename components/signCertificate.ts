import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
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
        input: request.request,
        env: { ...process.env, ...environmentOf(request) },
        encoding: "utf8",
        stdio: ["pipe", "pipe", "inherit"],
    });
    // A command that does not read its stdin to the end is judged by how it ends, and by what it prints.
    const trouble = error && !("code" in error && error.code === "EPIPE") ? error.message : undefined;
    const ended = trouble ?? (signal ? `it was ended by ${signal}` : status && `it ended with status ${status}`);
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

process.exitCode = main();
