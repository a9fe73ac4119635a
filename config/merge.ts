/** A tree of plain values, as YAML and TOML hold it. */
export type Tree = { [key: string]: unknown };

/** `over` laid on `base`: tables are merged, anything else (lists too) is replaced. Neither is changed. */
export function merge(base: Tree, over: Tree): Tree {
    const merged: Tree = { ...base };
    for (const [key, value] of Object.entries(over)) {
        const below = merged[key];
        merged[key] = isTree(below) && isTree(value) ? merge(below, value) : value;
    }
    return merged;
}

function isTree(value: unknown): value is Tree {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
