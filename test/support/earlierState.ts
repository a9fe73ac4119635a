/** What marks a secret in a state. */
const secretMark = "4dabf18193072939515e22adb298388d";

/** A resource in the JSON of `pulumi stack export`, as far as it is changed here. */
interface Resource {
    urn: string;
    type: string;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
    dependencies?: string[];
    propertyDependencies?: Record<string, string[] | null>;
    deletedWith?: string;
}

interface Deployment {
    deployment: { resources: Resource[] };
}

const isCommand = ({ type }: Resource) => type === "command:remote:Command";
const nameOf = ({ urn }: Resource) => urn.split("::").at(-1) as string;

/**
 * A state whose inputs another command plugin has checked: it has not marked fields within a connection as secret, as the
 * substitute of version 0.1.0 did not. Whatever the program ignores, the plugin in use then makes other inputs of every step,
 * and the engine updates each.
 * @param exported JSON of `pulumi stack export --show-secrets`
 */
export function checkedByAnotherPlugin(exported: string): string {
    const state = JSON.parse(exported) as Deployment;
    for (const { inputs, outputs } of state.deployment.resources.filter(isCommand)) {
        for (const properties of [inputs, outputs]) {
            if (properties?.connection) {
                properties.connection = secret(plain(properties.connection));
            }
        }
    }
    return JSON.stringify(state);
}

/**
 * The same, as version 0.1.0 has left it: without a cluster id and a record of the host that initializes, and what runs once has
 * itself as its update command. The PKI of an adopted cluster is in the resource that has read it.
 */
export function leftByVersion010(exported: string): string {
    const state = JSON.parse(checkedByAnotherPlugin(exported)) as Deployment;
    for (const resource of state.deployment.resources) {
        for (const properties of [resource.inputs, resource.outputs]) {
            if (/-(found|first-back-end|inspect|forget|forget-etcd)$/.test(nameOf(resource)) && properties?.update) {
                properties.update = properties.create;
            }
        }
    }
    const [source, read] = ["source", "source-read"].map((part) =>
        state.deployment.resources.find((resource) => nameOf(resource).endsWith(`-pki-${part}`)),
    );
    if (source && read) {
        const sealedPki = source.outputs?.stdin;
        source.inputs = { ...read.inputs, update: read.inputs?.create };
        source.outputs = { ...read.outputs, update: read.outputs?.create, stdout: sealedPki };
    }
    return withoutResources(JSON.stringify(state), /-(init-host|id|pki-source-read)$/);
}

/** A state that has lost the resources with such names, and knows of no dependency on them. */
export function withoutResources(exported: string, names: RegExp): string {
    const state = JSON.parse(exported) as Deployment;
    const { resources } = state.deployment;
    const kept = (urns: string[] | null | undefined) => urns?.filter((urn) => !names.test(urn));
    for (const resource of resources) {
        resource.dependencies = kept(resource.dependencies);
        for (const [property, urns] of Object.entries(resource.propertyDependencies ?? {})) {
            (resource.propertyDependencies as Record<string, unknown>)[property] = kept(urns) ?? null;
        }
        if (resource.deletedWith && names.test(resource.deletedWith)) {
            delete resource.deletedWith;
        }
    }
    state.deployment.resources = resources.filter((resource) => !names.test(nameOf(resource)));
    return JSON.stringify(state);
}

/** The value, without the marks of secrets anywhere in it. */
function plain(value: unknown): unknown {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (secretMark in value) {
        return plain(JSON.parse((value as unknown as { plaintext: string }).plaintext));
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

/** As the engine writes a secret. */
function secret(value: unknown): unknown {
    return { [secretMark]: "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(value) };
}
