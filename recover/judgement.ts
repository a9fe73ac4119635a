import type { Member, Survey } from "./survey";

/** What is done about a cluster that one of its masters should carry on alone. */
export type Judgement = { refusal: string } | Recovery;

export interface Recovery {
    /** The member is the only one already, by an earlier run that did not come to its end: what is left is to be done. */
    begun: boolean;
    /** The masters that are dropped. */
    gone: string[];
    /** Those of them that can be reached: what the cluster has left on them is wiped. */
    wiped: string[];
    /** Those of them that cannot: what they have on their disks stays there. */
    unreachable: string[];
}

/**
 * Whether this master may carry the cluster on alone. Never while etcd may have a quorum, and never while another master
 * that can be reached has more of its data, or may have.
 */
export function judge(survey: Survey, from: string): Judgement {
    const members = membersOf(survey);
    const gone = [...survey.masters.keys()].filter((name) => name !== from).sort();
    const others = gone.filter((name) => members.has(name));
    const unreachable = gone.filter((name) => !members.has(name));
    const wiped = others.filter((name) => members.get(name)?.etcd !== "none");
    const own = members.get(from);
    const otherQuorum = others.some((name) => members.get(name)?.etcd === "healthy");
    if (own?.etcd === "healthy" && own.members === 1 && gone.length > 0 && !otherQuorum) {
        return { begun: true, gone, wiped, unreachable };
    }
    const refusal =
        obstacle(own, from, survey) ??
        quorum(members, survey.ready) ??
        solitude(from, survey) ??
        weakness(from, own as Member) ??
        advance(from, own as Member, members, others);
    return refusal ? { refusal: refusal.join("\n") } : { begun: false, gone, wiped, unreachable };
}

/** Why, and what to do instead. */
type Refusal = [string, string] | undefined;

function obstacle(own: Member | undefined, from: string, { cluster, masters }: Survey): Refusal {
    if (!own) {
        const { unreachable } = masters.get(from) as { unreachable: string };
        return [
            `${from} cannot be reached: ${unreachable}.`,
            "The master that is to carry the cluster on has to be on, with its disk.",
        ];
    }
    if (own.etcd === "external") {
        return [
            `The etcd of ${cluster} is not on its masters, and this command recovers no other.`,
            "What can be done about it: docs/recovery.md",
        ];
    }
    return undefined;
}

function quorum(members: Map<string, Member>, ready: string[]): Refusal {
    const healthy = [...members].filter(([, { etcd }]) => etcd === "healthy").map(([name]) => name);
    const signs = [
        ...(healthy.length > 0 ? [`that of ${healthy.join(", ")} answers`] : []),
        ...(ready.length > 0 ? [`ready is the API server at ${ready.join(", ")}`] : []),
    ];
    return signs.length === 0
        ? undefined
        : [
              `etcd has a quorum (${signs.join("; ")}): there is nothing to recover.`,
              "Masters that will not come back: 'lost: true' beside them in the configuration, then pulumi up.",
          ];
}

function solitude(from: string, { cluster, masters }: Survey): Refusal {
    return masters.size > 1
        ? undefined
        : [
              `${from} is the only master of ${cluster}: its etcd needs no other member.`,
              "Look there why it does not answer: crictl ps -a; journalctl -u kubelet",
          ];
}

function weakness(from: string, { etcd }: Member): Refusal {
    return etcd === "no-quorum"
        ? undefined
        : [
              `${from} has no etcd member that answers.`,
              "Look there why (crictl ps -a; journalctl -u kubelet), or recover from another master.",
          ];
}

function advance(from: string, own: Member, members: Map<string, Member>, others: string[]): Refusal {
    const silent = others.filter((name) => members.get(name)?.etcd === "silent");
    if (silent.length > 0) {
        const names = silent.join(", ");
        return [
            `The etcd of ${names} does not answer, so nobody can tell whether it has more than that of ${from}.`,
            `Bring it up (there: crictl ps -a; journalctl -u kubelet), or switch the host off if its data is of no use.`,
        ];
    }
    const indexOf = (name: string) => members.get(name)?.index ?? 0;
    const [best] = [...others].sort((one, other) => indexOf(other) - indexOf(one));
    return best !== undefined && indexOf(best) > own.index
        ? [
              `${best} has more than ${from}: raft entries up to ${indexOf(best)}, and ${from} up to ${own.index}.`,
              `Recover from it: npm run recover -- --from ${best}`,
          ]
        : undefined;
}

function membersOf({ masters }: Survey): Map<string, Member> {
    return new Map(
        [...masters].flatMap(([name, told]): [string, Member][] => ("unreachable" in told ? [] : [[name, told]])),
    );
}
