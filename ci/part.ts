import { clusterType, externalEtcdType, pkiType } from "../components/clusterTypes";
import { etcdMemberType, masterType, workerType } from "../components/nodeTypes";
import type { PlannedResource } from "./plan";

const stepType = "command:remote:Command";

/** A thing that a cluster is made of, as far as a plan changes it: a node, an etcd member, the PKI, the founding … */
export interface Part {
    /** Type of its component, or of the one that a worker had; undefined for what is no part of a cluster. */
    type?: string;
    /** Name of a node or an etcd member: cluster and host; undefined for everything else. */
    node?: string;
    /** The component, when it is itself made or deleted. */
    component?: PlannedResource;
    /** The other resources of the part. */
    resources: PlannedResource[];
}

/**
 * The parts that a plan is about, nodes first. A plan lists only what changes, so that a resource's part is read from
 * the resource itself: the types in its URN, and for a node or an etcd member the parent's name. A step that is directly in
 * the cluster is a worker's.
 */
export function partsOf(plan: PlannedResource[]): Part[] {
    const parts = new Map<string, Part>();
    for (const resource of plan) {
        const { operation, types, name, parent } = resource;
        if (operation === "same" || types[0] === "pulumi:pulumi:Stack") {
            continue;
        }
        const cluster = types.indexOf(clusterType);
        const top = types[cluster + 1] === externalEtcdType && types[cluster + 2] === etcdMemberType ? 2 : 1;
        const below = cluster < 0 ? undefined : (types[cluster + top] ?? clusterType);
        const ofWorker = below === stepType && !/-(serving-certificates|kubeadm-addons)$/.test(name);
        const type = ofWorker ? workerType : below === stepType ? clusterType : below;
        const isComponent = below !== stepType && types.length === cluster + top + 1;
        const nodeName = ofWorker ? name.replace(/-[a-z]+$/, "") : isComponent ? name : parent;
        const node = isNodeType(type) ? nodeName : undefined;
        const key = `${node ? 0 : 1} ${node ?? ""} ${type ?? ""}`;
        const part = parts.get(key) ?? { type, node, resources: [] };
        parts.set(key, part);
        if (isComponent) {
            part.component = resource;
        } else {
            part.resources.push(resource);
        }
    }
    return [...parts].sort(([one], [other]) => one.localeCompare(other, "en")).map(([, part]) => part);
}

/** What tells that the masters' certificates are to be renewed (components/renewalClock.ts). */
export function isRenewalClock({ name, types }: PlannedResource): boolean {
    return types.includes(pkiType) && name.endsWith("-pki-renewal");
}

function isNodeType(type?: string): boolean {
    return type === masterType || type === workerType || type === etcdMemberType;
}
