import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { ClusterConfig } from "../../config/schema";
import { pulumiEnvironment } from "../../toolchain/locate";

const checkout = join(__dirname, "..", "..");

/** A stack's configuration as its file says it. */
export interface StackConfig {
    cluster: ClusterConfig;
    masterCount?: number;
    /** Set as a secret. */
    sshPrivateKey?: string;
}

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
        ]) {
            cpSync(join(checkout, part), join(this.folder, part), { recursive: true });
        }
        symlinkSync(join(checkout, "node_modules"), join(this.folder, "node_modules"));
        mkdirSync(join(this.folder, "state"));
        writeFileSync(join(this.folder, "passphrase"), "test");
        this.settings = {
            backend: `file://${join(this.folder, "state")}`,
            passphraseFile: join(this.folder, "passphrase"),
        };
        this.pulumiOrThrow(["stack", "init"]);
    }

    configure({ cluster, masterCount, sshPrivateKey }: StackConfig): void {
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
    }

    up(): Run {
        return this.pulumi(["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"]);
    }

    upOrThrow(): Run {
        return this.pulumiOrThrow(["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"]);
    }

    destroyOrThrow(): Run {
        return this.pulumiOrThrow(["destroy", "--yes", "--skip-preview", "--non-interactive", "--color", "never"]);
    }

    /** What `pulumi up` would do. */
    plan(): PlannedOperation[] {
        const { output } = this.pulumiOrThrow(["preview", "--json", "--non-interactive"]);
        const { steps } = JSON.parse(output) as { steps: PlannedStep[] };
        return steps.filter(({ op }) => op !== "same").map(operationOf);
    }

    output(name: string): string {
        return this.pulumiOrThrow(["stack", "output", name, "--show-secrets"]).output.trimEnd();
    }

    /** The state as the back end keeps it. */
    export(): string {
        return this.pulumiOrThrow(["stack", "export"]).output;
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }

    pulumi(args: string[], input?: string): Run {
        const { status, stdout, stderr, error } = spawnSync("pulumi", [...args, "--stack", this.name], {
            cwd: this.programFolder,
            env: pulumiEnvironment({ ...this.settings, preview: args[0] === "preview" }),
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

function operationOf({ op, urn, diffReasons }: PlannedStep): PlannedOperation {
    const [, , types, name] = urn.split("::");
    return { operation: op, type: types.split("$").pop() as string, name, changed: diffReasons ?? [] };
}
