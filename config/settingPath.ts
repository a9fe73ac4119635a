/** Place of a setting below the root of a configuration, as zod gives it. */
export type SettingPath = readonly PropertyKey[];

/** A place as a stack file's reader would say it: cluster.masters[2].labels["example.com/disk"]. */
export function sayPath(root: string, path: SettingPath): string {
    return path.reduce<string>((said, part) => {
        if (typeof part === "number") {
            return `${said}[${part}]`;
        }
        const key = String(part);
        return /^[\w-]+$/.test(key) ? `${said}.${key}` : `${said}[${JSON.stringify(key)}]`;
    }, root);
}

/** What a configuration says at a place; undefined where it says nothing. */
export function valueAt(input: unknown, path: SettingPath): unknown {
    return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], input);
}

/** Whether a said path is another one or lies below it. */
export function isAtOrBelow(path: string, other: string): boolean {
    return path === other || path.startsWith(`${other}.`) || path.startsWith(`${other}[`);
}
