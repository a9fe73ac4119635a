import { RunError } from "@pulumi/pulumi";
import type { z } from "zod";

/** One mistake in a configuration. */
export interface Mistake {
    /** Where, as in the stack file: "cluster.masters[2].name". */
    path: string;
    /** What is wrong with the value and what would be right; completes the sentence "PATH …". */
    words: string;
}

/** All mistakes of a configuration at once, said before any host is touched; a RunError, so that no stack trace hides them. */
export class ConfigError extends RunError {
    constructor(readonly mistakes: Mistake[]) {
        super(
            `${sayHowMany(mistakes.length)} in the configuration; nothing was touched:\n${mistakes.map(sayMistake).join("\n")}`,
        );
        this.name = "ConfigError";
    }
}

/** The mistakes that zod found, in the words of a stack file. */
export function mistakesOf(error: z.ZodError, root: string, input: unknown): Mistake[] {
    return error.issues.flatMap((issue) => {
        const path = sayPath(root, issue.path);
        if (issue.code === "unrecognized_keys") {
            return issue.keys.map((key) => ({ path: `${path}.${key}`, words: "is not a setting that exists" }));
        }
        const value = valueAt(input, issue.path);
        return value === undefined
            ? [{ path, words: `is missing (${issue.message})` }]
            : [{ path, words: `${JSON.stringify(value)} ${issue.message}` }];
    });
}

function sayHowMany(count: number): string {
    return count === 1 ? "1 mistake" : `${count} mistakes`;
}

function sayMistake({ path, words }: Mistake): string {
    return `  - ${path}: ${words}`;
}

function sayPath(root: string, path: PropertyKey[]): string {
    return path.reduce<string>(
        (said, part) => (typeof part === "number" ? `${said}[${part}]` : `${said}.${String(part)}`),
        root,
    );
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
    return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], input);
}
