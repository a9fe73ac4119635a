import { resolve } from "node:path";
import { clearInterruptedRun } from "../toolchain/interruptedRun";
import { pulumiEnvironment } from "../toolchain/locate";
import { projectFolder } from "../toolchain/projectState";
import { pulumiSync, selectDevStackIfThere } from "../toolchain/pulumiCommand";
import { type ClusterInState, clustersInState } from "./clusterInState";
import { runStep, type StepOutcome, type StepRun } from "./hostSteps";
import { judge } from "./judgement";
import { nextSteps, recoveryInWords } from "./recoveryInWords";
import { surveyOf } from "./survey";
import { withoutMasters } from "./withoutMasters";

export interface RecoverOptions {
    /** The master that carries the cluster on, as the configuration calls it, or with the cluster's name before it: "prod-m1". */
    from: string;
    stack?: string;
    /** Of the Pulumi program. */
    folder: string;
    /** Asks the person who has read what is going to be done. */
    agreed: () => Promise<boolean>;
    say: (words: string) => void;
}

/**
 * Carries a cluster whose etcd has lost its quorum for good on from one master, and has Pulumi's state forget the others. Can
 * be run again at any time; it goes on where it stopped.
 * @returns the exit status
 * @throws Error with the reason where nothing may be done
 */
export async function recover({ from, stack, folder, agreed, say }: RecoverOptions): Promise<number> {
    const environment = pulumiEnvironment();
    const state = new StackState(environment, resolve(folder), stack, say);
    const { cluster, master } = findMaster(clustersInState(state.export("--show-secrets")), from);
    const hosts = [...cluster.masters, ...(cluster.loadBalancer ? [cluster.loadBalancer] : [])];
    const run = (words: Pick<StepRun, "hosts" | "step" | "files">) => runStep({ cluster: cluster.name, say, ...words });

    say(`Asks ${hosts.map(({ name }) => name).join(", ")} how they are …`);
    const survey = surveyOf(cluster, await run({ hosts, step: "survey" }));
    const judgement = judge(survey, master.name);
    if ("refusal" in judgement) {
        throw new Error(`${judgement.refusal}\nNothing was changed.`);
    }
    say(`\n${recoveryInWords(survey, master.name, judgement)}`);
    if (!(await agreed())) {
        say("Nothing was changed.");
        return 1;
    }
    const gone = {
        path: "/run/kubeadm-ha/recover.conf",
        mode: "0600",
        content: `GONE='${judgement.gone.join(" ")}'\n`,
    };
    complete(await run({ hosts: [master], step: "recover", files: [gone] }));
    const wiped = cluster.masters.filter(({ name }) => judgement.wiped.includes(name));
    complete(await run({ hosts: wiped, step: "reset" }));
    state.import(withoutMasters(state.export(), cluster.name, judgement.gone));
    say(nextSteps(master.name, judgement));
    return 0;
}

/** A stack's state, by the CLI. */
class StackState {
    constructor(
        private readonly environment: NodeJS.ProcessEnv,
        private readonly folder: string,
        private readonly stack: string | undefined,
        say: (words: string) => void,
    ) {
        if (!stack && folder === projectFolder) {
            selectDevStackIfThere(environment);
        }
        clearInterruptedRun(["up", ...this.named()], environment, folder, say);
    }

    export(...options: string[]): string {
        return this.pulumi(["export", ...options]);
    }

    import(state: string): void {
        this.pulumi(["import"], state);
    }

    private pulumi(args: string[], input?: string): string {
        const words = ["stack", ...args, ...this.named(), "--non-interactive"];
        const { status, stdout, stderr } = pulumiSync(words, this.environment, { folder: this.folder, input });
        if (status !== 0) {
            throw new Error(
                `pulumi ${words.join(" ")} ended with status ${status}:\n${stderr.trim()}\nThen run the same command again.`,
            );
        }
        return stdout;
    }

    private named(): string[] {
        return this.stack ? ["--stack", this.stack] : [];
    }
}

function findMaster(clusters: ClusterInState[], from: string) {
    const known = clusters.flatMap((cluster) => cluster.masters.map((master) => ({ cluster, master })));
    const found = known.filter(({ cluster, master }) => [master.name, `${cluster.name}-${master.name}`].includes(from));
    if (found.length !== 1) {
        const all = known.map(({ cluster, master }) => (clusters.length > 1 ? `${cluster.name}-` : "") + master.name);
        throw new Error(
            `${from} is ${found.length === 0 ? "no master" : "a master of several clusters"} in this stack's state. Its masters: ${all.join(", ") || "none"}`,
        );
    }
    return found[0];
}

function complete(outcomes: Map<string, StepOutcome>): void {
    for (const [name, outcome] of outcomes) {
        if ("failed" in outcome) {
            throw new Error(`${name}: ${outcome.failed}${outcome.said && "; what it said is above"}`);
        }
    }
}
