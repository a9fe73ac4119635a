import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { clearDeadLocks } from "./deadLocks";
import { endOrphans } from "./orphans";
import { withoutPendingCreates } from "./pendingCreates";
import { pulumiSync } from "./pulumiCommand";

/** Commands that change the state, and would stumble over what an engine that was killed has left there. */
const changing = ["up", "update", "destroy", "refresh"];

/**
 * Clears away what an engine that was killed has left: its plugins, its lock, and its memory of what it was creating. Does
 * nothing to what another engine uses that is at work.
 * @param args the CLI's arguments
 * @param folder of the Pulumi program
 * @param say told what was done
 */
export function clearInterruptedRun(
    args: string[],
    environment: NodeJS.ProcessEnv,
    folder: string,
    say: (words: string) => void,
): void {
    if (!args.some((arg) => changing.includes(arg))) {
        return;
    }
    const stackOption = namedStack(args);
    const pulumi = (words: string[], input?: string) =>
        pulumiSync(["stack", ...words, ...stackOption, "--non-interactive"], environment, { folder, input });
    const stack = pulumi(["--show-name"]);
    if (stack.status !== 0) {
        return; // the command itself tells why
    }
    const { name: project } = parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8")) as { name: string };
    for (const words of [
        ...endOrphans(),
        ...clearDeadLocks(environment.PULUMI_BACKEND_URL, project, stack.stdout.trim()),
    ]) {
        say(words);
    }
    const exported = pulumi(["export"]);
    const { names, state } = withoutPendingCreates(exported.status === 0 ? exported.stdout : '{"deployment":{}}');
    // The back end takes no import while an engine is at work: what is pending then is being done.
    if (names.length > 0 && pulumi(["import"], state).status === 0) {
        say(`The last run was cut while it created ${names.join(", ")}: done again, from where it stopped.`);
    }
}

/** --stack NAME as the person gave it. */
function namedStack(args: string[]): string[] {
    const at = args.findIndex((arg) => /^(-s|--stack)(=|$)/.test(arg));
    return at < 0 ? [] : args.slice(at, args[at].includes("=") ? at + 1 : at + 2);
}
