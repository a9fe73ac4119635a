import { Output } from "@pulumi/pulumi";
import type { z } from "zod";
import type { Mistake } from "./configError";
import { type JsonSchema, schemaAt } from "./jsonSchema";
import { type SettingPath, sayPath, valueAt } from "./settingPath";
import { inYaml, shown } from "./shownValue";
import { guessMeant } from "./unknownSetting";

type Issue = z.core.$ZodIssue;

/** A mistake in the form of a setting. */
export interface SchemaMistake extends Mistake {
    /** Of a setting that does not exist: path of the one that was probably meant. */
    meant?: string;
}

/**
 * What the schema refuses, in the words of a stack file.
 * @param issues their messages are those of issueWords.ts or of the schema itself
 * @param root how places are said: "cluster"
 * @param schema where examples are found
 */
export function schemaMistakes(issues: Issue[], root: string, input: unknown, schema: JsonSchema): SchemaMistake[] {
    const outputs = new Set<string>();
    const others: SchemaMistake[] = [];
    for (const issue of issues) {
        const output = outputOn(issue.path, input);
        if (output) {
            outputs.add(sayPath(root, output));
        } else {
            others.push(...mistakesOf(issue, root, input, schema));
        }
    }
    const words =
        "is an Output of Pulumi; a plain value is wanted, because the cluster is planned before anything is made";
    return [...[...outputs].map((path) => ({ path, words })), ...others];
}

function mistakesOf(issue: Issue, root: string, input: unknown, schema: JsonSchema): SchemaMistake[] {
    if (issue.code !== "unrecognized_keys") {
        return [{ path: sayPath(root, issue.path), ...told(issue, valueAt(input, issue.path), schema) }];
    }
    return issue.keys.map((key) => {
        const place = [...issue.path, key];
        const { words, meant } = guessMeant(schema, input, place, root);
        return { path: sayPath(root, place), words, meant: meant && sayPath(root, meant) };
    });
}

function told(issue: Issue, value: unknown, schema: JsonSchema): Pick<Mistake, "words" | "example"> {
    const setting = schemaAt(schema, issue.path);
    const example = exampleOf(setting);
    if (value === undefined) {
        return { words: issue.message, example };
    }
    if (value === null) {
        const ending = isRequired(schema, issue.path) ? "" : ", or leave the setting out";
        return { words: `${issue.message}${ending}`, example };
    }
    if (issue.code === "invalid_key") {
        const { propertyNames } = schemaAt(schema, issue.path.slice(0, -1)) ?? {};
        return { words: `the key ${issue.message}`, example: exampleOf(propertyNames) };
    }
    if (issue.code === "invalid_type" && issue.expected === "never") {
        // Set by something else; what was written here may be a secret.
        return { words: issue.message };
    }
    if (issue.code === "invalid_type" && issue.expected === "string" && isRightInQuotes(value, setting)) {
        return { words: `${value} ${issue.message}; in quotes it is right: "${value}"` };
    }
    // Where few values are possible, the words tell all of them.
    return { words: `${shown(value)} ${issue.message}`, example: issue.code === "invalid_value" ? undefined : example };
}

/** Where on the way to a place a program has put an Output, into which the schema cannot look. */
function outputOn(path: SettingPath, input: unknown): SettingPath | undefined {
    const ways = [...path, undefined].map((_, length) => path.slice(0, length));
    return ways.find((way) => Output.isInstance(valueAt(input, way)));
}

function isRequired(schema: JsonSchema, path: SettingPath): boolean {
    const required = schemaAt(schema, path.slice(0, -1))?.required ?? [];
    return path.length === 0 || required.includes(String(path.at(-1)));
}

function isRightInQuotes(value: unknown, setting: JsonSchema | undefined): boolean {
    const isPlain = typeof value === "number" || typeof value === "boolean";
    return isPlain && new RegExp(setting?.pattern ?? "").test(String(value));
}

/** The first example that the schema gives for a setting. */
function exampleOf(schema: JsonSchema | undefined): string | undefined {
    const [example] = schema?.examples ?? [];
    return example === undefined ? undefined : inYaml(example);
}
