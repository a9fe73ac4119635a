/** A tree of plain values, as YAML and TOML hold it. */
export type Tree = { [key: string]: unknown };

/** One of a list of arguments or environment variables, as kubeadm has them. */
type Named = { name: string };

/**
 * `over` laid on `base`: mappings are merged; of lists of { name, value }, each name in `over` takes the place of all entries
 * of that name in `base`; anything else, other lists too, is replaced. Neither is changed.
 */
export function merge(base: Tree, over: Tree): Tree {
    const merged: Tree = { ...base };
    for (const [key, value] of Object.entries(over)) {
        merged[key] = mergeOne(merged[key], value);
    }
    return merged;
}

function mergeOne(below: unknown, value: unknown): unknown {
    if (isTree(below) && isTree(value)) {
        return merge(below, value);
    }
    if (isNamedList(below) && isNamedList(value)) {
        const names = new Set(value.map(({ name }) => name));
        return [...below.filter(({ name }) => !names.has(name)), ...value];
    }
    return value;
}

function isTree(value: unknown): value is Tree {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is Named[] {
    return Array.isArray(value) && value.every(isNamed);
}

function isNamed(value: unknown): value is Named {
    const fields = isTree(value) ? Object.keys(value) : [];
    return fields.includes("name") && fields.every((field) => ["name", "value", "valueFrom"].includes(field));
}
