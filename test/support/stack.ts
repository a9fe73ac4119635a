import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { ClusterConfig } from "../../config/schema";
import { clearInterruptedRun } from "../../toolchain/interruptedRun";
import { pulumiEnvironment } from "../../toolchain/locate";

const checkout = join(__dirname, "..", "..");

/** A stack's configuration as its file says it. */
export interface StackConfig {
    cluster: ClusterConfig;
    masterCount?: number;
    /** Set as a secret. */
    sshPrivateKey?: string;
    /** Further secrets, by their paths: "sudoPasswords.m1". */
    secrets?: Record<string, string>;
}

/** Nobody is there to be asked, or to look at colours. */
const unattended = ["--yes", "--skip-preview", "--non-interactive", "--color", "never"];

/** One operation of a plan; those that leave a resource as it is are not listed. */
export interface PlannedOperation {
    /** "create", "update", "delete", "replace" … */
    operation: string;
    type: string;
    name: string;
    /** Changed inputs of an update. */
    changed: string[];
}

/** The outcome of a run of the engine. */
export interface Run {
    status: number;
    /** stdout and stderr, as a person sees them. */
    output: string;
}

/**
 * A stack of its own: a copy of the program in a temporary folder, with a back end and a passphrase of its own, driven by
 * the real engine and the real plugins.
 */
export class TestStack {
    readonly passphrase = "a passphrase for tests";
    readonly folder = mkdtempSync(join(tmpdir(), "kubeadm-ha-stack-"));
    /** Where the program's Pulumi.yaml and the stack's file are. */
    readonly programFolder: string;
    private readonly settings: { backend: string; passphraseFile: string };

    /**
     * @param program folder of the Pulumi program in the project
     */
    constructor(
        readonly name: string,
        program = ".",
    ) {
        this.programFolder = join(this.folder, program);
        for (const part of [
            "components",
            "config",
            "examples",
            "hosts",
            "index.ts",
            "package.json",
            "tsconfig.json",
            "Pulumi.yaml",
            ...(program === "." ? [] : [program]),
        ]) {
            cpSync(join(checkout, part), join(this.folder, part), { recursive: true });
        }
        symlinkSync(join(checkout, "node_modules"), join(this.folder, "node_modules"));
        mkdirSync(join(this.folder, "state"));
        mkdirSync(join(this.folder, "tmp"));
        writeFileSync(join(this.folder, "passphrase"), this.passphrase);
        this.settings = {
            backend: `file://${join(this.folder, "state")}`,
            passphraseFile: join(this.folder, "passphrase"),
        };
        this.pulumiOrThrow(["stack", "init"]);
    }

    configure({ cluster, masterCount, sshPrivateKey, secrets = {} }: StackConfig): void {
        const file = join(this.programFolder, `Pulumi.${this.name}.yaml`);
        // The engine keeps the passphrase's salt in the same file.
        const { encryptionsalt } = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
        const config = {
            "kubeadm-ha:cluster": cluster,
            ...(masterCount === undefined ? {} : { "kubeadm-ha:masterCount": masterCount }),
        };
        writeFileSync(file, stringify({ encryptionsalt, config }));
        if (sshPrivateKey !== undefined) {
            this.pulumiOrThrow(["config", "set", "--secret", "sshPrivateKey"], sshPrivateKey);
        }
        for (const [path, secret] of Object.entries(secrets)) {
            this.pulumiOrThrow(["config", "set", "--secret", "--path", path], secret);
        }
    }

    up(): Run {
        return this.pulumi(["up", ...unattended]);
    }

    /** `pulumi up` that is under way; what it says, stdout and stderr, goes to `hear`. */
    startUp(hear: (words: string) => void): ChildProcess {
        const engine = spawn("pulumi", ["up", ...unattended, "--stack", this.name], {
            cwd: this.programFolder,
            env: this.environment(),
            stdio: ["ignore", "pipe", "pipe"],
        });
        for (const stream of [engine.stdout, engine.stderr]) {
            stream.setEncoding("utf8").on("data", hear);
        }
        return engine;
    }

    /** `pulumi up`, watched: at each word it is told what was said so far. */
    async upWatched(watch: (said: string) => void = () => {}): Promise<Run> {
        let output = "";
        const engine = this.startUp((words) => {
            output += words;
            watch(output);
        });
        const [status] = await once(engine, "close");
        return { status: status ?? 1, output };
    }

    /** `npm run pulumi -- up`. */
    upAgain(): Run {
        const words = this.clearInterruptedRun();
        const { status, output } = this.up();
        return { status, output: words + output };
    }

    /** `npm run recover -- --from MASTER`, without a question. */
    recover(from: string): Run {
        const tsx = join(checkout, "node_modules", ".bin", "tsx");
        const words = ["--from", from, "--stack", this.name, "--cwd", this.programFolder, "--yes"];
        const { status, stdout, stderr } = spawnSync(tsx, [join(checkout, "recover", "main.ts"), ...words], {
            env: this.environment(),
            encoding: "utf8",
        });
        return { status: status ?? 1, output: stdout + stderr };
    }

    /** What `npm run pulumi` does before the engine runs, after one that was killed. Returns its words. */
    clearInterruptedRun(): string {
        let words = "";
        clearInterruptedRun(["up", "--stack", this.name], this.environment(), this.programFolder, (line) => {
            words += `${line}\n`;
        });
        return words;
    }

    upOrThrow(...options: string[]): Run {
        return this.pulumiOrThrow(["up", ...unattended, ...options]);
    }

    destroyOrThrow(): Run {
        return this.pulumiOrThrow(["destroy", ...unattended]);
    }

    /** What `pulumi up` would do. */
    plan(): PlannedOperation[] {
        return operationsOf(this.planFile());
    }

    /** The same as the engine writes it: the JSON of `pulumi preview --json`. */
    planFile(...options: string[]): string {
        return this.pulumiOrThrow(["preview", "--json", "--non-interactive", ...options]).output;
    }

    /** The same as a person reads it: the text of `pulumi preview --diff`. */
    planAsDiff(): string {
        return this.pulumiOrThrow(["preview", "--diff", "--non-interactive", "--color", "never"]).output;
    }

    output(name: string): string {
        return this.pulumiOrThrow(["stack", "output", name, "--show-secrets"]).output.trimEnd();
    }

    /** The state as the back end keeps it. */
    export(...options: string[]): string {
        return this.pulumiOrThrow(["stack", "export", ...options]).output;
    }

    /** Puts a state in the place of the one that the back end keeps. */
    import(state: string): void {
        this.pulumiOrThrow(["stack", "import"], state);
    }

    /** The state as it lies in the back end, with its secrets encrypted. */
    stateFile(): string {
        return readFileSync(join(this.folder, "state", ".pulumi", "stacks", "kubeadm-ha", `${this.name}.json`), "utf8");
    }

    /** Every file that the back end keeps. */
    stateFiles(): string[] {
        return readdirSync(join(this.folder, "state"), { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => join(entry.parentPath, entry.name));
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }

    pulumi(args: string[], input?: string): Run {
        const { status, stdout, stderr, error } = spawnSync("pulumi", [...args, "--stack", this.name], {
            cwd: this.programFolder,
            env: this.environment(args[0] === "preview"),
            input: input ?? "",
            encoding: "utf8",
            maxBuffer: 1 << 28,
        });
        if (error) {
            throw error;
        }
        return {
            status: status ?? 1,
            output:
                args.includes("--json") || args[0] === "stack"
                    ? stdout + (status === 0 ? "" : stderr)
                    : stdout + stderr,
        };
    }

    /** What the engine is run with. */
    environment(preview = false): NodeJS.ProcessEnv {
        return {
            ...pulumiEnvironment({ ...this.settings, preview }),
            // The Kubernetes plugin leaves kubeconfigs there.
            TMPDIR: join(this.folder, "tmp"),
        };
    }

    private pulumiOrThrow(args: string[], input?: string): Run {
        const run = this.pulumi(args, input);
        if (run.status !== 0) {
            throw new Error(`pulumi ${args.join(" ")} ended with status ${run.status}:\n${run.output}`);
        }
        return run;
    }
}

interface PlannedStep {
    op: string;
    urn: string;
    diffReasons?: string[];
}

/** The operations of a plan that the engine wrote as JSON. */
export function operationsOf(planFile: string): PlannedOperation[] {
    const { steps } = JSON.parse(planFile) as { steps: PlannedStep[] };
    return steps.filter(({ op }) => op !== "same").map(operationOf);
}

function operationOf({ op, urn, diffReasons }: PlannedStep): PlannedOperation {
    const [, , types, name] = urn.split("::");
    return { operation: op, type: types.split("$").pop() as string, name, changed: diffReasons ?? [] };
}
