import type { types } from "@pulumi/command";
import { clusterType, loadBalancerType } from "../components/clusterTypes";
import { masterType } from "../components/nodeTypes";
import { type Elevation, elevationOf } from "../components/sudo";

type Connection = types.input.remote.ConnectionArgs;

/** A host as the last `pulumi up` reached it. */
export interface HostInState {
    /** As in the configuration. */
    name: string;
    connection: Connection;
    elevation: Elevation;
}

/** What a stack's state knows of one of its clusters. */
export interface ClusterInState {
    name: string;
    /** The masters that have joined. */
    masters: HostInState[];
    loadBalancer?: HostInState;
}

/** A resource in the JSON of `pulumi stack export`, as far as it is read here. */
interface Resource {
    urn: string;
    type: string;
    parent?: string;
    inputs?: Record<string, unknown>;
}

/**
 * The clusters in a stack's state, which also knows how to reach their hosts: so this works for any program that uses the
 * components, and for hosts that the configuration names no longer.
 * @param exported JSON of `pulumi stack export --show-secrets`
 */
export function clustersInState(exported: string): ClusterInState[] {
    const { resources = [] } = (JSON.parse(exported) as { deployment: { resources?: Resource[] } }).deployment;
    const childrenOf = (urn: string) => resources.filter(({ parent }) => parent === urn);
    return resources
        .filter(({ type }) => type === clusterType)
        .map(({ urn }) => {
            const cluster = nameOf(urn);
            const host = (part: Resource, firstStep: string) => hostOf(cluster, part, childrenOf(part.urn), firstStep);
            const parts = childrenOf(urn);
            const masters = parts.filter(
                (part) => part.type === masterType && childrenOf(part.urn).some(({ urn }) => urn.endsWith("-join")),
            );
            const [loadBalancer] = parts.filter(({ type }) => type === loadBalancerType);
            return {
                name: cluster,
                masters: masters
                    .flatMap((master) => host(master, "host") ?? [])
                    .sort((one, other) => one.name.localeCompare(other.name, "en", { numeric: true })),
                loadBalancer: loadBalancer && host(loadBalancer, "install-load-balancer"),
            };
        });
}

function hostOf(cluster: string, part: Resource, steps: Resource[], firstStep: string): HostInState | undefined {
    const name = nameOf(part.urn).slice(cluster.length + 1);
    const first = steps.find(({ urn }) => nameOf(urn) === `${cluster}-${name}-${firstStep}`);
    if (!first) {
        return undefined;
    }
    const { connection, create, stdin } = revealed(first.inputs) as {
        connection: Connection;
        create: string;
        stdin: string;
    };
    return { name, connection, elevation: elevationOf(create, stdin) };
}

/** urn:pulumi:STACK::PROJECT::TYPES::NAME */
function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

/** What marks a secret in a state. */
const secretMark = "4dabf18193072939515e22adb298388d";

function revealed(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(revealed);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (secretMark in value) {
        return revealed(JSON.parse((value as unknown as { plaintext: string }).plaintext));
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, revealed(one)]));
}
