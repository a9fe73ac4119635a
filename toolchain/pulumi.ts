import { ensure, pulumiPieces } from "./ensure";
import { clearInterruptedRun } from "./interruptedRun";
import { pulumiEnvironment } from "./locate";
import { ensureProjectState, projectFolder } from "./projectState";
import { runPulumi, selectDevStack } from "./pulumiCommand";
import { runMain } from "./runMain";

/** npm run pulumi -- ARGS: the Pulumi CLI with everything set so that nothing has to be typed or exported. */
async function main(): Promise<number> {
    const args = process.argv.slice(2);
    await ensure(...pulumiPieces);
    ensureProjectState();
    const environment = pulumiEnvironment({ preview: args.includes("preview") });
    selectDevStack(args, environment);
    clearInterruptedRun(args, environment, projectFolder, console.error);
    return runPulumi(args, environment);
}

runMain(main);
