import { spawn } from "node:child_process";
import { join } from "node:path";
import { inWords } from "../toolchain/duration";
import { ensure, pulumiPieces } from "../toolchain/ensure";
import { projectFolder } from "../toolchain/projectState";
import { runMain } from "../toolchain/runMain";
import { Lab } from "./lab";
import { defaultHosts } from "./labHosts";

/**
 * npm start, the main job on a machine where nothing is set up: toolchain, lab, a highly available cluster.
 * Can be run again at any time; what is there already is left as it is.
 */
async function main(): Promise<void> {
    await stage("Toolchain", () => ensure(...pulumiPieces, "lab-rootfs", "bundle"));
    await stage("Lab", () => Lab.open("dev").up(defaultHosts, console.log));
    await npmRun("pulumi", ["stack", "select", "dev", "--create"]);
    await stage("Cluster", () => npmRun("pulumi", ["up", "--yes", "--skip-preview"]));
    await stage("Nodes become Ready", () =>
        npmRun("kubectl", ["wait", "--for=condition=Ready", "nodes", "--all", "--timeout=300s"]),
    );
    await npmRun("kubectl", ["get", "nodes", "-o", "wide"]);
    console.log(whatNext);
}

async function stage(title: string, work: () => Promise<unknown>): Promise<void> {
    const started = Date.now();
    console.log(`\n== ${title}`);
    await work();
    console.log(`== ${title}: ${inWords((Date.now() - started) / 1000)}`);
}

/** Runs a command of this project on the person's terminal, as `npm run COMMAND -- ARGS` does. */
async function npmRun(command: "pulumi" | "kubectl", args: string[]): Promise<void> {
    const tsx = join(projectFolder, "node_modules", ".bin", "tsx");
    const script = join("toolchain", `${command}.ts`);
    const status = await new Promise<number | null>((resolve, reject) => {
        const child = spawn(tsx, [script, ...args], { cwd: projectFolder, stdio: "inherit" });
        child.on("error", reject);
        child.on("close", resolve);
    });
    if (status !== 0) {
        throw new Error(
            `${command} ${args[0]} did not end well; its words are above. Mend what they tell, then run npm start again: it goes on from here.`,
        );
    }
}

const whatNext = `
Your highly available cluster is up: three masters behind a load balancer, and a worker. Try next:

  npm run kubectl -- get pods --all-namespaces
  npm run pulumi -- config set masterCount 5    and then   npm run pulumi -- up        five masters
  npm run lab -- crash m1                       and then   npm run kubectl -- get nodes   the API stays
  npm run pulumi -- destroy                     and then   npm run lab -- down         everything gone
`;

runMain(main);
