import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

const checkout = join(__dirname, "..", "..");
const folder = join(checkout, "examples", "ci");

/** A pull request as the examples see it. */
export interface PullRequest {
    /** File of the plan that its preview gives. */
    plan: string;
    /** Exit status of its preview. Default: 0. */
    previewStatus?: number;
    labels?: string[];
}

export interface Outcome {
    passes: boolean;
    /** stdout and stderr of all scripts. */
    log: string;
}

export interface GithubStep {
    id?: string;
    name?: string;
    uses?: string;
    with?: Record<string, string>;
    if?: string;
    run?: string;
    env?: Record<string, string>;
}

export const github = parse(readFileSync(join(folder, "github-actions.yml"), "utf8"));
export const gitlab = parse(readFileSync(join(folder, "gitlab-ci.yml"), "utf8"));
export const githubSteps: GithubStep[] = github.jobs.preview.steps;

/** Runs the scripts of the GitHub example's preview and check, as a runner runs `shell: bash`. */
export function runOnGithub(pullRequest: PullRequest): Outcome & { summary: string } {
    return inWorkspace(pullRequest, (workspace, run) => {
        const summary = join(workspace, "summary");
        writeFileSync(summary, "");
        const [preview, check] = githubSteps.slice(-2).map((step) =>
            run(step.run as string, {
                RUNNER_TEMP: workspace,
                GITHUB_STEP_SUMMARY: summary,
                MASTERS_MAY_GO: String((pullRequest.labels ?? []).includes("allow-master-removal")),
            }),
        );
        return {
            passes: preview.passes && check.passes,
            log: preview.log + check.log,
            summary: readFileSync(summary, "utf8"),
        };
    });
}

/** Runs the GitLab example's script: its lines are one. */
export function runOnGitlab(pullRequest: PullRequest): Outcome {
    const labels = pullRequest.labels && { CI_MERGE_REQUEST_LABELS: pullRequest.labels.join(",") };
    return inWorkspace(pullRequest, (_, run) => run(gitlab.preview.script.join("\n"), { ...labels }));
}

type Run = (script: string, env: NodeJS.ProcessEnv) => Outcome;

/** A checkout of its own, with a stand-in for the Pulumi CLI that tells the pull request's plan. */
function inWorkspace<T>({ plan, previewStatus = 0 }: PullRequest, use: (workspace: string, run: Run) => T): T {
    const workspace = mkdtempSync(join(tmpdir(), "ci-example-"));
    try {
        for (const part of ["ci", "components", "toolchain", "node_modules", "package.json"]) {
            symlinkSync(join(checkout, part), join(workspace, part));
        }
        const bin = join(workspace, "bin");
        mkdirSync(bin);
        copyFileSync(plan, join(bin, "plan"));
        const pulumi = `#!/bin/bash\n[[ "$*" != *--json* ]] || cat "$(dirname "$0")/plan"\nexit ${previewStatus}\n`;
        writeFileSync(join(bin, "pulumi"), pulumi, { mode: 0o755 });
        return use(workspace, (script, env) => {
            const { status, stdout, stderr } = spawnSync(
                "bash",
                ["--noprofile", "--norc", "-eo", "pipefail", "-c", script],
                {
                    cwd: workspace,
                    encoding: "utf8",
                    env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, ...env },
                },
            );
            return { passes: status === 0, log: stdout + stderr };
        });
    } finally {
        rmSync(workspace, { recursive: true });
    }
}
