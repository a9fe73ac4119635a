import { RunError } from "@pulumi/pulumi";

/** One mistake in a configuration. */
export interface Mistake {
    /** Where, as in the stack file: "cluster.masters[2].name". */
    path: string;
    /** The value, what is wrong with it and what would be right; completes the sentence "PATH …". */
    words: string;
    /** A value that would be right, as a stack file says it. */
    example?: string;
    /** Paths of the other settings that the mistake follows from. */
    comparedWith?: string[];
}

/** All mistakes of a configuration at once, said before any host is touched; a RunError, so that no stack trace hides them. */
export class ConfigError extends RunError {
    /**
     * @param cluster name of the cluster, where the configuration is that of one cluster: there may be others in the program
     */
    constructor(
        readonly mistakes: Mistake[],
        cluster?: string,
    ) {
        const where = cluster === undefined ? "; nothing" : ` of cluster "${cluster}", of which nothing`;
        const heading = `${sayHowMany(mistakes.length)} in the configuration${where} was touched:`;
        super([heading, ...mistakes.map(sayMistake)].join("\n"));
        this.name = "ConfigError";
    }
}

function sayHowMany(count: number): string {
    return count === 1 ? "1 mistake" : `${count} mistakes`;
}

function sayMistake({ path, words, example }: Mistake): string {
    return `  - ${path}: ${words}${example === undefined ? "" : `; example: ${example}`}`;
}
