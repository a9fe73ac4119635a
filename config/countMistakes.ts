import type { Mistake } from "./configError";
import { type CompleteClusterConfig, type EtcdConfig, masterCount } from "./schema";

/** A count of masters that cannot be. */
export function countMistakes(count: number | undefined): Mistake[] {
    return count === undefined || masterCount.safeParse(count).success
        ? []
        : [
              {
                  path: "masterCount",
                  words: `${count} is not a whole number of 1 or more; 3 masters survive the loss of one`,
                  example: "3",
              },
          ];
}

/** Masters of which more are counted than listed, or of which none is left. */
export function masterMistakes({ masters }: CompleteClusterConfig, count: number = masters.length): Mistake[] {
    const mistakes: Mistake[] = [];
    if (count > masters.length) {
        mistakes.push({
            path: "masterCount",
            words: `${count} is more than the ${masters.length} hosts listed in cluster.masters; list more hosts, or lower it`,
            comparedWith: ["cluster.masters"],
        });
    }
    if (masters.slice(0, count).every(({ lost }) => lost)) {
        mistakes.push({
            path: "cluster.masters",
            words: "are all declared lost (lost: true); one has to survive, which evicts the others",
            comparedWith: ["masterCount"],
        });
    }
    masters.forEach(({ name, lost }, index) => {
        if (lost && index >= count) {
            mistakes.push({
                path: `cluster.masters[${index}].lost`,
                words: `true has no effect, because masterCount is ${count} and ${name} is not in use; raise masterCount, so that ${name} is evicted, or delete the entry if ${name} never was a node`,
                comparedWith: ["masterCount"],
            });
        }
    });
    return mistakes;
}

/** Counts of masters that work and are not worth having: where etcd's members are elsewhere, two of them are. */
export function masterWarnings(count: number, { topology }: EtcdConfig): string[] {
    return topology === "stacked" && count % 2 === 0
        ? [
              `${count} masters survive the loss of ${count / 2 - 1}, as ${count - 1} would: etcd needs more than half of its members. Use ${count - 1} or ${count + 1}`,
          ]
        : [];
}
