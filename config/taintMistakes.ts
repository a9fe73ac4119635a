import type { Mistake } from "./configError";
import { placedNodes } from "./placedNodes";
import type { CompleteClusterConfig } from "./schema";

/** Taints that a node has twice: Kubernetes takes one value for each key and effect. */
export function taintMistakes(config: CompleteClusterConfig): Mistake[] {
    return placedNodes(config).flatMap(({ path, node }) =>
        (node.taints ?? []).flatMap(({ key, effect }, index, all) => {
            const earlier = all.findIndex((other) => other.key === key && other.effect === effect);
            return earlier === index
                ? []
                : [
                      {
                          path: `${path}.taints[${index}]`,
                          words: `${key}:${effect} is there already as taints[${earlier}]; a node has one taint of a key and effect`,
                      },
                  ];
        }),
    );
}
