/** In an order that no edit of the configuration's lists changes. */
export function byName<T extends { config: { name: string } }>(hosts: T[]): T[] {
    return [...hosts].sort((one, other) => one.config.name.localeCompare(other.config.name, "en"));
}
