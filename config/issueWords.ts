import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";

/**
 * What zod finds, in words that complete the sentence "VALUE …": for every part of the schema that has no words of its own.
 * A message of zod itself never reaches a person.
 */
export function sayIssue(issue: z.core.$ZodRawIssue): string {
    switch (issue.code) {
        case "invalid_type":
            return wrongType(issue.input, String(issue.expected));
        case "invalid_value":
            return issue.input === undefined ? "is missing" : notOneOf(issue.input, issue.values);
        case "too_small":
            if (issue.origin === "number" || issue.origin === "int") {
                return `is less than ${issue.minimum}`;
            }
            return issue.origin === "array" ? "is empty; at least one entry is needed" : "is empty";
        case "too_big":
            return `is more than ${issue.maximum}`;
        case "invalid_union":
            return noneOfTheForms(issue);
        case "invalid_key":
            return issue.issues.map(({ message }) => message).join("; ");
        default:
            return "is not of the right form";
    }
}

function wrongType(value: unknown, expected: string): string {
    if (value === undefined) {
        return "is missing";
    }
    const wanted = typeWords[expected] ?? expected;
    if (value === null) {
        return `is empty (null); ${wanted} is wanted`;
    }
    const advice = isPlainInQuotes(value, expected) ? ", without quotes" : "";
    return `is ${kindOf(value)}, and ${wanted} is wanted${advice}`;
}

/** The types that zod expects. */
const typeWords: Record<string, string> = {
    string: "text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    array: "a list",
    object: "a mapping (key: value)",
    record: "a mapping (key: value)",
};

function kindOf(value: unknown): string {
    if (Array.isArray(value)) {
        return "a list";
    }
    switch (typeof value) {
        case "string":
            return "text";
        case "number":
            return "a number";
        case "boolean":
            return "a truth value";
        default:
            return "a mapping (key: value)";
    }
}

function isPlainInQuotes(value: unknown, expected: string): boolean {
    const plain = expected === "boolean" ? /^(true|false)$/ : /^\d+$/;
    return typeof value === "string" && ["number", "int", "boolean"].includes(expected) && plain.test(value);
}

/** Of a union whose forms are told apart by one setting (packages.source); others have words of their own. */
function noneOfTheForms(issue: { input?: unknown; discriminator?: string; options?: readonly unknown[] }): string {
    const { discriminator, options = [] } = issue;
    const choice = discriminator && (issue.input as Record<string, unknown>)[discriminator];
    return choice === undefined ? `is missing: it is ${either(options)}` : notOneOf(choice, options);
}

function notOneOf(value: unknown, values: readonly unknown[]): string {
    const texts = values.filter((one): one is string => typeof one === "string" && one !== "");
    const nearest = typeof value === "string" && texts.length > 0 ? closest(value, texts) : undefined;
    const isNear = nearest && distance(String(value).toLowerCase(), nearest.toLowerCase()) <= 3;
    return `is not ${either(values)}${isNear ? `; did you mean "${nearest}"?` : ""}`;
}

function either(values: readonly unknown[]): string {
    const quoted = values.map((value) => JSON.stringify(value));
    return quoted.length === 1 ? quoted[0] : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
