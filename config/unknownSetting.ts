import { closest, distance } from "fastest-levenshtein";
import { type JsonSchema, schemaAt, settingNames, variants } from "./jsonSchema";
import { type SettingPath, sayPath, valueAt } from "./settingPath";

/** What a person who wrote a setting that does not exist may have meant. */
export interface Guess {
    /** The place that was meant, where the guess is good. */
    meant?: SettingPath;
    /** Completes the sentence "PATH …". */
    words: string;
}

/**
 * @param schema of the whole configuration
 * @param input the whole configuration
 * @param path of the unknown setting
 * @param root how places are said: "cluster"
 */
export function guessMeant(schema: JsonSchema, input: unknown, path: SettingPath, root: string): Guess {
    const at = path.slice(0, -1);
    const key = String(path.at(-1));
    const around = schemaAt(schema, at) ?? {};
    const { chosen, choice } = chosenVariant(around, valueAt(input, at));
    const here = settingNames(chosen);
    const nearest = here.length > 0 ? closest(key.toLowerCase(), here) : "";
    if (settingNames(around).includes(key)) {
        return { words: `is no setting where ${choice}; there are: ${here.join(", ")}` };
    }
    if (nearest && distance(key.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, nearest.length / 4)) {
        return { meant: [...at, nearest], words: `is not a setting that exists; did you mean ${nearest}?` };
    }
    const [elsewhere] = placesOf(schema, key).sort(
        (one, other) => inCommon(at, other) - inCommon(at, one) || one.length - other.length,
    );
    return elsewhere
        ? { words: `is not a setting here; it is one as ${sayPath(root, elsewhere).replaceAll('["[]"]', "[]")}` }
        : { words: `is not a setting that exists; there are: ${here.join(", ")}` };
}

/** The form that a value chooses of those that are possible, and the setting that it chooses it by. */
function chosenVariant(schema: JsonSchema, value: unknown): { chosen: JsonSchema; choice?: string } {
    for (const variant of schema.oneOf ?? []) {
        for (const [name, { const: fixed }] of Object.entries(variant.properties ?? {})) {
            if (fixed !== undefined && valueAt(value, [name]) === fixed) {
                return { chosen: variant, choice: `${name} is "${fixed}"` };
            }
        }
    }
    return { chosen: schema };
}

/** How many steps two places have in common from the root. */
function inCommon(at: SettingPath, place: string[]): number {
    const different = place.findIndex((part, index) => part !== (typeof at[index] === "number" ? "[]" : at[index]));
    return different === -1 ? place.length : different;
}

/** Where settings of this name are; an element of a list is told by "[]". */
function placesOf(schema: JsonSchema, key: string, at: string[] = []): string[][] {
    return variants(schema).flatMap((variant) => [
        ...(variant.items ? placesOf(variant.items, key, [...at, "[]"]) : []),
        ...Object.entries(variant.properties ?? {}).flatMap(([name, below]) => [
            ...(name === key && !below.not ? [[...at, name]] : []),
            ...placesOf(below, key, [...at, name]),
        ]),
    ]);
}
