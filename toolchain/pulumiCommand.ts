import { spawn, spawnSync } from "node:child_process";
import { endOrphans } from "./orphans";
import { projectFolder } from "./projectState";
import { withTemporaryFolder } from "./temporaryFolder";

/** The stack of the lab. */
const devStack = "dev";

/** Commands that need no stack, or are themselves about stacks. */
const withoutStack = [
    "plugin",
    "schema",
    "stack",
    "version",
    "whoami",
    "",
    "about",
    "completion",
    "env",
    "gen-completion",
    "help",
    "install",
    "login",
    "logout",
    "new",
];

/**
 * Sees to it that a stack is selected: the one that the person has selected or names, else `dev`, made when there is
 * none.
 */
export function selectDevStack(args: string[], environment: NodeJS.ProcessEnv): void {
    const command = args.find((arg) => !arg.startsWith("-")) ?? "";
    const named = environment.PULUMI_STACK || args.some((arg) => /^(-s|--stack)(=|$)/.test(arg));
    if (named || withoutStack.includes(command)) {
        return;
    }
    if (pulumiSync(["stack", "--show-name", "--non-interactive"], environment).status === 0) {
        return;
    }
    const select = pulumiSync(["stack", "select", devStack, "--create", "--non-interactive"], environment);
    if (select.status !== 0) {
        throw new Error(
            `The stack ${devStack} can be neither selected nor made in ${environment.PULUMI_BACKEND_URL}:\n${select.stderr}\n` +
                "Look at it with: npm run pulumi -- stack ls",
        );
    }
}

/** For commands that only look: selects `dev` where nothing is selected, and makes nothing. False when there is no `dev`. */
export function selectDevStackIfThere(environment: NodeJS.ProcessEnv): boolean {
    return (
        pulumiSync(["stack", "--show-name", "--non-interactive"], environment).status !== 0 &&
        pulumiSync(["stack", "select", devStack, "--non-interactive"], environment).status === 0
    );
}

/**
 * The CLI on the person's own terminal. Returns its exit code; signals reach it through the terminal, and it ends itself.
 * Plugins do not outlive one that was killed.
 */
export function runPulumi(args: string[], environment: NodeJS.ProcessEnv): Promise<number> {
    const run = (TMPDIR: string) =>
        new Promise<number>((resolve, reject) => {
            const leaveToPulumi = () => {};
            process.on("SIGINT", leaveToPulumi);
            const env = { ...environment, TMPDIR };
            const child = spawn("pulumi", args, { cwd: projectFolder, env, stdio: "inherit" });
            process.on("SIGTERM", () => child.kill("SIGTERM"));
            child.on("error", reject);
            child.on("close", (status, signal) => {
                endOrphans();
                resolve(signal ? 130 : (status ?? 1));
            });
        });
    return withTemporaryFolder(run);
}

/** The CLI with its output captured. `folder`: the program's; default: this project. */
export function pulumiSync(
    args: string[],
    environment: NodeJS.ProcessEnv,
    { folder = projectFolder, input = "" }: { folder?: string; input?: string } = {},
) {
    return spawnSync("pulumi", args, {
        cwd: folder,
        env: environment,
        input,
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
    });
}
