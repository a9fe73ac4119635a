import { clusterType, foundingType, pkiType } from "../components/clusterTypes";
import { etcdMemberType, masterType, workerType } from "../components/nodeTypes";
import { isKept, nodeFate } from "./nodeFate";
import { isRenewalClock, type Part } from "./part";
import type { Plan, PlannedResource } from "./plan";
import { phaseOf } from "./rotation";
import { upgradeOf } from "./upgrade";

const roles: Record<string, string> = {
    [masterType]: "master",
    [workerType]: "worker",
    [etcdMemberType]: "etcd member",
};

/** The engine's two halves of a replacement; it lists the replacement itself too. */
const halves = ["create-replacement", "delete-replaced"];

/**
 * A plan as Markdown for a pull request: what happens to each node or etcd member and to each other part, in words. It holds names, types,
 * operations and Kubernetes versions, never another value.
 */
export function planInWords({ stack, resources, unchanged }: Plan, parts: Part[]): string {
    const lines = parts.map((part) => `- ${title(part)}: ${operations(part)}`);
    const count = (operation: string) => resources.filter((resource) => resource.operation === operation).length;
    const counts = ["create", "update", "delete", "replace"]
        .filter((operation) => count(operation) > 0)
        .map((operation) => `${count(operation)} to ${operation}`);
    return `### Plan of ${stack}\n\n${lines.length > 0 ? lines.join("\n") : "Nothing changes."}\n\n${[...counts, `${unchanged} unchanged`].join(", ")}\n`;
}

function title(part: Part): string {
    if (!part.node) {
        return `**${otherTitle(part.type)}**${part.type === pkiType ? changeOfPki(part) : ""}`;
    }
    const fate = {
        joins: " joins the cluster",
        leaves: " leaves the cluster",
        "is evicted": " is declared lost, a surviving host evicts it and nothing is run on it",
        "is forgotten": " was evicted earlier, the state drops it and nothing is run",
        "is replaced": " has a step replaced, which takes it out of the cluster",
        stays: change(part),
    }[nodeFate(part)];
    return `**${part.node}** (${roles[part.type ?? ""]})${fate}`;
}

/** What becomes of a node that stays. The node's resource tells the version, and a digest of the settings. */
function change(part: Part): string {
    const upgrade = upgradeOf(part);
    if (upgrade) {
        return ` goes from Kubernetes ${upgrade.from} to ${upgrade.to}, in its turn`;
    }
    const differs = part.resources.some(({ name, changed }) => name.endsWith("-node") && changed.includes("update"));
    return differs ? " gets other settings, in its turn" : "";
}

function changeOfPki(part: Part): string {
    const due = part.resources.some((one) => isRenewalClock(one) && !isKept(one));
    const phase = part.component ? undefined : phaseOf(part);
    return [phase && ` ${phase}`, due && ", the masters' certificates are due for renewal"].filter(Boolean).join("");
}

function otherTitle(type = ""): string {
    const titles: Record<string, string> = {
        [clusterType]: "the cluster",
        [foundingType]: "founding",
        [pkiType]: "PKI",
        "": "beside the cluster",
    };
    // "kubeadm:index:LoadBalancer" is a load balancer.
    return titles[type] ?? (type.split(":").pop() as string).replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

/** "create join, prepare; update back-ends (stdin)": the inputs that change are in brackets. */
function operations({ node, component, resources }: Part): string {
    const groups = new Map<string, Set<string>>();
    const add = (resource: PlannedResource, name: string) => {
        if (!halves.includes(resource.operation)) {
            const inputs = [...resource.changed].sort().join(", ");
            const group = [verb(resource), inputs].join("|");
            groups.set(group, (groups.get(group) ?? new Set()).add(name));
        }
    };
    for (const resource of resources) {
        add(resource, node ? shortName(resource, node) : resource.name);
    }
    if (component && (!node || resources.length === 0)) {
        add(component, component.name);
    }
    return [...groups]
        .map(([group, names]) => {
            const [operation, inputs] = group.split("|");
            return `${operation} ${[...names].sort().join(", ")}${inputs && ` (${inputs})`}`;
        })
        .sort()
        .join("; ");
}

function verb({ operation, retained }: PlannedResource): string {
    return operation === "delete" && retained ? "drop" : operation;
}

/** A node's step without the node's name; its key, request and certificate are one thing to a reader. */
function shortName({ types, name }: PlannedResource, node: string): string {
    if (types.at(-1)?.startsWith("tls:") || types.at(-1) === "command:local:Command") {
        return "certificate";
    }
    return name.startsWith(`${node}-`) ? name.slice(node.length + 1) : name;
}
