import type { ClusterInState } from "./clusterInState";
import type { StepOutcome } from "./hostSteps";

/** How a master's etcd member is, as the step `survey` on it tells. */
export interface Member {
    /**
     * healthy: it answers with a quorum · no-quorum: it answers only of itself · silent: it does not even do that ·
     * none: the host has no member · external: etcd is not on the masters
     */
    etcd: "healthy" | "no-quorum" | "silent" | "none" | "external";
    /** How many members there are; 0 where it is not healthy. */
    members: number;
    /** Raft's index of the last entry that it knows to be committed; 0 where it does not answer. */
    index: number;
}

/** What a host tells, or why it cannot be asked. */
export type Told = Member | { unreachable: string };

/** What is known before a recovery. */
export interface Survey {
    cluster: string;
    /** By the masters' names. */
    masters: Map<string, Told>;
    /** API servers that answer /readyz, host:port, asked from the hosts. */
    ready: string[];
}

/** What the step `survey` told on these hosts: on each master, and on the load balancer's. */
export function surveyOf(cluster: ClusterInState, outcomes: Map<string, StepOutcome>): Survey {
    const ready = [...outcomes.values()].flatMap((outcome) =>
        "stdout" in outcome ? pairsOf(outcome.stdout).filter(([key]) => key === "ready") : [],
    );
    return {
        cluster: cluster.name,
        masters: new Map(cluster.masters.map(({ name }) => [name, toldBy(outcomes.get(name) as StepOutcome)])),
        ready: [...new Set(ready.map(([, address]) => address))].sort(),
    };
}

function toldBy(outcome: StepOutcome): Told {
    if ("failed" in outcome) {
        const { failed, said } = outcome;
        return { unreachable: [failed, ...said.split("\n").slice(-1)].filter(Boolean).join(": ") };
    }
    const values = new Map(pairsOf(outcome.stdout));
    return {
        etcd: values.get("etcd") as Member["etcd"],
        members: Number(values.get("members") ?? 0),
        index: Number(values.get("index") ?? 0),
    };
}

/** Lines of "key=value". */
function pairsOf(stdout: string): [string, string][] {
    return stdout.split("\n").map((line) => line.split("=", 2) as [string, string]);
}
