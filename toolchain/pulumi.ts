import { ensure, pulumiPieces } from "./ensure";
import { pulumiEnvironment } from "./locate";
import { ensureProjectState } from "./projectState";
import { runPulumi, selectDevStack } from "./pulumiCommand";
import { runMain } from "./runMain";

/** npm run pulumi -- ARGS: the Pulumi CLI with everything set so that nothing has to be typed or exported. */
async function main(): Promise<number> {
    const args = process.argv.slice(2);
    await ensure(...pulumiPieces);
    ensureProjectState();
    const environment = pulumiEnvironment({ preview: args.includes("preview") });
    selectDevStack(args, environment);
    return runPulumi(args, environment);
}

runMain(main);
