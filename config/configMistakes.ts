import { adoptionMistakes } from "./adoptionMistakes";
import type { Mistake } from "./configError";
import { countMistakes, masterMistakes } from "./countMistakes";
import { endpointMistakes } from "./endpointMistakes";
import { etcdMistakes } from "./etcdMistakes";
import { externalCaMistakes } from "./externalCaMistakes";
import { fileMistakes } from "./fileMistakes";
import { hostMistakes } from "./hostMistakes";
import { sayIssue } from "./issueWords";
import { type JsonSchema, jsonSchemaOf } from "./jsonSchema";
import { networkMistakes } from "./networkMistakes";
import { ownedMistakes } from "./ownedMistakes";
import { packageMistakes } from "./packageMistakes";
import { patchMistakes } from "./patchMistakes";
import { type CompleteClusterConfig, clusterConfig } from "./schema";
import { schemaMistakes } from "./schemaMistakes";
import { servingMistakes } from "./servingMistakes";
import { isAtOrBelow, sayPath } from "./settingPath";
import { withStandIns } from "./standIns";
import { taintMistakes } from "./taintMistakes";

const root = "cluster";

/** A configuration with its defaults filled in, or everything that is wrong with it. */
export type Checked = { config: CompleteClusterConfig } | { mistakes: Mistake[] };

/** Checks the form of each setting, and settings against one another. */
export function check(input: unknown, count: number | undefined): Checked {
    const parsed = clusterConfig.safeParse(input, { error: sayIssue, reportInput: true });
    const ofCount = countMistakes(count);
    const possible = ofCount.length > 0 ? undefined : count;
    if (parsed.success) {
        const mistakes = [...ofCount, ...comparisons(parsed.data, possible)];
        return mistakes.length > 0 ? { mistakes } : { config: parsed.data };
    }
    const told = schemaMistakes(parsed.error.issues, root, input, jsonSchema());
    const unsure = told.flatMap(({ path, meant }) => meant ?? path);
    const repaired = withStandIns(input, (path) => unsure.push(sayPath(root, path)));
    const found = repaired ? comparisons(repaired, possible) : [];
    return { mistakes: [...told, ...ofCount, ...found.filter((mistake) => !followsFrom(mistake, unsure))] };
}

let known: JsonSchema | undefined;

/** Made when it is first needed: a configuration without mistakes does without it. */
function jsonSchema(): JsonSchema {
    known ??= jsonSchemaOf(clusterConfig);
    return known;
}

function comparisons(config: CompleteClusterConfig, count: number | undefined): Mistake[] {
    return [
        ...masterMistakes(config, count),
        ...hostMistakes(config),
        ...taintMistakes(config),
        ...networkMistakes(config),
        ...endpointMistakes(config),
        ...packageMistakes(config),
        ...ownedMistakes(config),
        ...etcdMistakes(config),
        ...fileMistakes(config),
        ...patchMistakes(config),
        ...adoptionMistakes(config),
        ...servingMistakes(config),
        ...externalCaMistakes(config),
    ];
}

/** Whether a mistake may be there only because of settings that are wrong themselves. */
function followsFrom({ path, comparedWith = [] }: Mistake, unsure: string[]): boolean {
    return unsure.some((one) => isAtOrBelow(path, one) || comparedWith.some((other) => isAtOrBelow(other, one)));
}
