import type { Recovery } from "./judgement";
import type { Survey, Told } from "./survey";

/** One screen for the person who decides: how things are, what is done, what is lost. */
export function recoveryInWords(survey: Survey, from: string, { begun, gone, wiped, unreachable }: Recovery): string {
    const names = gone.join(", ");
    const steps = [
        ...(begun
            ? []
            : [
                  `${from}: a copy of etcd's data is put aside there, then its member is made the only one, with that data.`,
              ]),
        `Kubernetes forgets ${names} (kubectl delete node).`,
        ...(wiped.length > 0 ? [`${wiped.join(", ")}: what the cluster has left there is wiped (kubeadm reset).`] : []),
        `Pulumi's state forgets that ${names} ${gone.length > 1 ? "have" : "has"} joined: the next pulumi up joins what the configuration lists.`,
    ];
    const lost = begun
        ? [`The etcd member of ${from} is the only one already; this does what an earlier run has left.`]
        : [`Lost is what ${names} had committed and ${from} had not: writes of the last moments before they went.`];
    const caution =
        unreachable.length > 0
            ? [
                  `${unreachable.join(", ")} must not come back with what is on the disk now: wipe it before (docs/recovery.md).`,
              ]
            : [];
    return [
        `Cluster ${survey.cluster}, carried on by ${from} alone:`,
        "",
        ...table([...survey.masters].map(([name, told]) => [name, stateOf(told)])),
        "",
        ...steps.map((step, index) => `${index + 1}. ${step}`),
        "",
        ...lost,
        ...caution,
        "",
    ].join("\n");
}

/** What to do after it. */
export function nextSteps(from: string, { gone, wiped, unreachable }: Recovery): string {
    return [
        `The cluster is there again, with ${from} as its only master. One pulumi up makes it as many as before; there join:`,
        ...(wiped.length > 0 ? [`- ${wiped.join(", ")}, where the configuration still lists them`] : []),
        ...(unreachable.length > 0
            ? [
                  `- ${unreachable.join(", ")}, once back with the old disk: only with 'reset: true' beside it in the configuration`,
              ]
            : []),
        `- new hosts, under the names of the old ones (${gone.join(", ")}) or under others in their place`,
    ].join("\n");
}

function stateOf(told: Told): string {
    if ("unreachable" in told) {
        return `cannot be reached: ${told.unreachable}`;
    }
    switch (told.etcd) {
        case "healthy":
            return "etcd answers";
        case "no-quorum":
            return `etcd has no quorum; its data goes up to raft entry ${told.index}`;
        case "silent":
            return "etcd does not answer";
        default:
            return "no etcd";
    }
}

function table(rows: [string, string][]): string[] {
    const width = Math.max(...rows.map(([name]) => name.length));
    return rows
        .sort(([one], [other]) => one.localeCompare(other, "en"))
        .map(([name, words]) => `  ${name.padEnd(width)}  ${words}`);
}
