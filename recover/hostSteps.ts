import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type EngineEvent, LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import type { DeliveredFile } from "../components/delivery";
import { Host } from "../components/host";
import { pieceFolder, pulumiEnvironment } from "../toolchain/locate";
import { withTemporaryFolder } from "../toolchain/temporaryFolder";
import type { HostInState } from "./clusterInState";

type Connection = types.input.remote.ConnectionArgs;

/** What a step said on stdout, or why it did not come to its end, and what it had said till then. */
export type StepOutcome = { stdout: string } | { failed: string; said: string };

export interface StepRun {
    cluster: string;
    hosts: HostInState[];
    step: string;
    files?: DeliveredFile[];
    /** Told what the steps say while they run. */
    say: (words: string) => void;
}

/**
 * Runs one step on some hosts at the same time, as `pulumi up` would: by the engine and the command plugin, with the
 * connections, bastions, host keys and sudo of the stack. The engine keeps its own state, encrypted, in a folder that is gone
 * afterwards.
 */
export async function runStep({ cluster, hosts, step, files = [], say }: StepRun): Promise<Map<string, StepOutcome>> {
    const outcomes = new Map<string, StepOutcome>();
    if (hosts.length === 0) {
        return outcomes;
    }
    const program = async () => {
        for (const host of hosts) {
            const access = { connection: () => patient(host.connection), elevation: () => host.elevation };
            const { stdout, urn } = new Host(host.name, cluster, access).firstStep(step, files, {});
            pulumi.all([stdout, urn]).apply(([words]) => outcomes.set(host.name, { stdout: words }));
        }
    };
    const hear = ({ diagnosticEvent: said }: EngineEvent) => {
        const host = hosts.find(({ name }) => said?.urn?.endsWith(`::${cluster}-${name}-${step}`));
        if (said?.severity === "error" && host) {
            outcomes.set(host.name, failureOf(said.message));
        } else if (said?.severity === "info" && host && !said.ephemeral) {
            say(said.message.trimEnd());
        }
    };
    const failure = await withTemporaryFolder((folder) => runProgram(folder, program, hear));
    if (hosts.some(({ name }) => !outcomes.has(name))) {
        throw new Error(`The step ${step} could not be run:\n${failure ?? "the engine told nothing of it"}`);
    }
    return outcomes;
}

/** The command plugin's error: "REASON: running COMMAND:", then what the command had said; or only why it was not run. */
export function failureOf(error: string): StepOutcome {
    const [reason, said = ""] = error.trim().split(/: running "(?:\\.|[^"\\])*":\n/);
    return { failed: reason.replace(/^after \d+ failed attempts: /, ""), said: said.trim() };
}

/** A dead host is given up after seconds, and whatever the connection says is a secret. */
function patient({ proxy, ...endpoint }: Connection): Connection {
    const all = { ...endpoint, dialErrorLimit: 3, perDialTimeout: 5 };
    const secret = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, pulumi.secret(value)]));
    return { ...(secret as unknown as Connection), ...(proxy && { proxy: patient(proxy as Connection) }) };
}

/** @returns what the engine said where it did not succeed */
async function runProgram(
    folder: string,
    program: () => Promise<void>,
    onEvent: (event: EngineEvent) => void,
): Promise<string | undefined> {
    const passphraseFile = join(folder, "passphrase");
    writeFileSync(passphraseFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
    mkdirSync(join(folder, "state"));
    const environment = pulumiEnvironment({ backend: `file://${join(folder, "state")}`, passphraseFile });
    const stack = await LocalWorkspace.createStack(
        { stackName: "recover", projectName: "kubeadm-ha", program },
        {
            workDir: folder,
            pulumiCommand: await PulumiCommand.get({ root: pieceFolder("pulumi") }),
            envVars: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, value ?? ""])),
        },
    );
    try {
        await stack.up({ continueOnError: true, color: "never", onEvent });
        return undefined;
    } catch (error) {
        return (error as Error).message;
    }
}
