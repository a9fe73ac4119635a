import { spawn } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensure, pulumiPieces } from "./ensure";
import { kubectlPath, pulumiEnvironment } from "./locate";
import { ensureProjectState, stateFolder } from "./projectState";
import { pulumiSync, selectDevStackIfThere } from "./pulumiCommand";
import { runMain } from "./runMain";

/** npm run kubectl -- ARGS: the bundle's kubectl with the selected stack's kubeconfig. */
async function main(): Promise<number> {
    await ensure(...pulumiPieces, "bundle");
    ensureProjectState();
    const environment = pulumiEnvironment();
    return run(kubectlPath(), process.argv.slice(2), { ...process.env, KUBECONFIG: kubeconfigFile(environment) });
}

/** The stack's kubeconfig in a file that only its owner can read, written when the stack's output has changed. */
function kubeconfigFile(environment: NodeJS.ProcessEnv): string {
    const kubeconfig = kubeconfigOutput(environment);
    const file = join(stateFolder(), "kubeconfig");
    if (!existsSync(file) || readFileSync(file, "utf8") !== kubeconfig) {
        writeFileSync(`${file}.new`, kubeconfig, { mode: 0o600 });
        renameSync(`${file}.new`, file);
    }
    return file;
}

function kubeconfigOutput(environment: NodeJS.ProcessEnv): string {
    const output = () =>
        pulumiSync(["stack", "output", "kubeconfig", "--show-secrets", "--non-interactive"], environment);
    let { status, stdout, stderr } = output();
    if (status !== 0 && selectDevStackIfThere(environment)) {
        ({ status, stdout, stderr } = output());
    }
    if (status !== 0) {
        throw new Error(
            `The stack has no kubeconfig: ${stderr.trim()}\nMake the cluster first: npm start, or npm run pulumi -- up`,
        );
    }
    return stdout;
}

function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
    return new Promise((resolve, reject) => {
        process.on("SIGINT", () => {});
        const child = spawn(command, args, { env, stdio: "inherit" });
        child.on("error", reject);
        child.on("close", (status, signal) => resolve(signal ? 130 : (status ?? 1)));
    });
}

runMain(main);
