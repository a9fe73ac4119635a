import { workerType } from "../components/nodeTypes";
import type { Part } from "./part";
import type { PlannedResource } from "./plan";

/** What becomes of a node, or of an etcd member, by a plan. */
export type NodeFate =
    | "joins"
    | "leaves"
    /** Declared lost: another host takes it out of the cluster. */
    | "is evicted"
    /** Was evicted earlier: the state drops it, nothing is run. */
    | "is forgotten"
    /** A step of its membership is replaced, which takes it out of the cluster whatever comes after. */
    | "is replaced"
    | "stays";

/** Resources that make a host a node or a member; their delete, or their replacement, takes it out of the cluster. */
const membership = /-(host|join|node|leave|join-etcd|leave-etcd|reset)$/;

/** Operations after which a resource is what it was, or more. Of any other, known or not, the worst is assumed. */
const keeping = ["same", "create", "update", "read", "refresh", "import"];

export function isKept({ operation }: PlannedResource): boolean {
    return keeping.includes(operation);
}

export function nodeFate({ type, component, resources }: Part): NodeFate {
    if (resources.some(({ name, operation }) => name.endsWith("-forget") && operation === "create")) {
        return "is evicted";
    }
    const gone = resources.filter((resource) => membership.test(resource.name) && !isKept(resource));
    // A worker has no component; one that goes is of a state that an earlier version has made.
    if (gone.length === 0 && (type === workerType || !component || isKept(component))) {
        const made = type === workerType ? resources.find(({ name }) => name.endsWith("-join")) : component;
        return made?.operation === "create" ? "joins" : "stays";
    }
    if (gone.length > 0 && gone.every(({ retained }) => retained)) {
        return "is forgotten";
    }
    return gone.some(({ operation }) => operation === "replace") ? "is replaced" : "leaves";
}
