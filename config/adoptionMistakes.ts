import type { Mistake } from "./configError";
import type { CompleteClusterConfig } from "./schema";

/** What cannot be true of a cluster that is taken over. */
export function adoptionMistakes(config: CompleteClusterConfig): Mistake[] {
    const { masters } = config;
    return [
        ...adoptedWorkers(config),
        ...(masters.some(({ adopt }) => adopt) ? [...behindOthers(config), ...contradictions(config)] : []),
    ];
}

function adoptedWorkers({ workers }: CompleteClusterConfig): Mistake[] {
    return workers.flatMap(({ name, adopt }, index) =>
        adopt
            ? [
                  {
                      path: `cluster.workers[${index}].adopt`,
                      words: `true is for masters; ${name} is taken over with its cluster because it is listed, so leave it out`,
                  },
              ]
            : [],
    );
}

/** The cluster exists on the adopted masters: the first of them is where everything begins. */
function behindOthers({ masters }: CompleteClusterConfig): Mistake[] {
    return masters.flatMap(({ name, adopt }, index) => {
        const earlier = masters.slice(0, index).find((other) => !other.adopt && !other.lost);
        return adopt && earlier
            ? [
                  {
                      path: `cluster.masters[${index}].adopt`,
                      words: `true comes after ${earlier.name}, which is not adopted; list ${name} before those that are to join its cluster`,
                  },
              ]
            : [];
    });
}

function contradictions({ masters, etcd, network, pki }: CompleteClusterConfig): Mistake[] {
    const mistakes: Mistake[] = [];
    masters.forEach(({ name, adopt, lost, reset }, index) => {
        const path = `cluster.masters[${index}]`;
        if (adopt && reset) {
            mistakes.push({
                path: `${path}.reset`,
                words: `true would wipe ${name}, whose cluster is to be taken over (adopt: true); take one of the two away`,
                comparedWith: [`${path}.adopt`],
            });
        }
        if (adopt && lost) {
            mistakes.push({
                path: `${path}.adopt`,
                words: `true cannot be of ${name}, which is declared lost; say it at a master that lives`,
                comparedWith: [`${path}.lost`],
            });
        }
    });
    if (etcd.topology !== "stacked") {
        mistakes.push({
            path: "cluster.etcd.topology",
            words: `"${etcd.topology}" cannot be with adopt: true; only clusters whose masters run etcd are taken over`,
            example: "stacked",
            comparedWith: ["cluster.masters"],
        });
    }
    if (network.cni !== "none") {
        mistakes.push({
            path: "cluster.network.cni",
            words: `${typeof network.cni === "string" ? `"${network.cni}"` : network.cni.manifest} would be laid over the network that an adopted cluster has already; say none, and it stays as it is`,
            example: "none",
            comparedWith: ["cluster.masters"],
        });
    }
    if (pki.rotate || pki.generation > 1) {
        mistakes.push({
            path: pki.rotate ? "cluster.pki.rotate" : "cluster.pki.generation",
            words: "cannot be with adopt: true; the CAs of a cluster that was taken over stay as they are",
            comparedWith: ["cluster.masters"],
        });
    }
    return mistakes;
}
