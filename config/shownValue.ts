/** A value of the configuration on one line, shortened, and nothing that is a key. */
export function shown(value: unknown): string {
    const text = JSON.stringify(value) ?? String(value);
    if (text.includes("PRIVATE KEY")) {
        return "(a private key)";
    }
    return text.length > 80 ? `${text.slice(0, 76)} …` : text;
}

/** A value as a stack file says it, in YAML's flow style. */
export function inYaml(value: unknown): string {
    if (Array.isArray(value)) {
        return `[${value.map(inYaml).join(", ")}]`;
    }
    if (typeof value === "object" && value !== null) {
        const entries = Object.entries(value).map(([key, below]) => `${key}: ${inYaml(below)}`);
        return `{ ${entries.join(", ")} }`;
    }
    return String(value);
}
