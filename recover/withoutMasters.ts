import { masterType } from "../components/nodeTypes";

/** A resource in the JSON of `pulumi stack export`: what is changed here, and what it is found by. */
interface Resource {
    urn: string;
    type: string;
    parent?: string;
    dependencies?: string[];
    propertyDependencies?: Record<string, string[]>;
    deletedWith?: string;
}

/**
 * A stack's state in which these masters have been neither prepared nor joined: the next `pulumi up` does so with those that
 * are in the configuration, and runs nothing on the others.
 * @param exported JSON of `pulumi stack export`
 * @param names of masters, as in the configuration
 * @returns the same for `pulumi stack import`
 */
export function withoutMasters(exported: string, cluster: string, names: string[]): string {
    const state = JSON.parse(exported) as { deployment: { resources: Resource[] } };
    const { resources } = state.deployment;
    const masters = names.map((name) => `${cluster}-${name}`);
    const parents = new Set(
        resources
            .filter(({ urn, type }) => type === masterType && masters.some((master) => urn.endsWith(`::${master}`)))
            .map(({ urn }) => urn),
    );
    const dropped = new Set(
        resources
            .filter(({ type, parent = "" }) => type === "command:remote:Command" && parents.has(parent))
            .map(({ urn }) => urn),
    );
    const left = (urns: string[]) => urns.filter((urn) => !dropped.has(urn));
    state.deployment.resources = resources
        .filter(({ urn }) => !dropped.has(urn))
        .map(({ dependencies, propertyDependencies, deletedWith, ...resource }) => ({
            ...resource,
            ...(dependencies && { dependencies: left(dependencies) }),
            ...(propertyDependencies && {
                propertyDependencies: Object.fromEntries(
                    Object.entries(propertyDependencies).map(([property, urns]) => [property, urns && left(urns)]),
                ),
            }),
            ...(deletedWith && !dropped.has(deletedWith) && { deletedWith }),
        }));
    return JSON.stringify(state);
}
