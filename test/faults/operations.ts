import type { HostRole } from "./point";

/** What a cluster of the fault tests consists of. The load balancer and the worker are always the same. */
export interface ClusterState {
    masters: string[];
    /** Something of the load balancer's configuration that can change. */
    idleTimeoutHours: number;
    /** The same of API servers and kubelets. Default: none. */
    settings?: boolean;
    /** Of the version before the newest. Default: no. */
    earlier?: boolean;
}

export const spareMasters = ["m1", "m2", "m3", "m4"];
export const worker = "w1";
export const loadBalancer = "lb";

/** Something that a person does with one `pulumi up`. */
export interface Operation {
    name: string;
    /** What it starts from; undefined: hosts without a cluster. */
    fits(state: ClusterState | undefined): boolean;
    /** A state that fits. */
    start: ClusterState | undefined;
    /** What it makes of the state. */
    target(state: ClusterState | undefined): ClusterState;
}

const three = { masters: ["m1", "m2", "m3"], idleTimeoutHours: 24 };
const one = { masters: ["m2"], idleTimeoutHours: 24 };
const earlier = { ...three, earlier: true };
const hasThree = (state: ClusterState | undefined) => state?.masters.length === 3 && !state.earlier;

/** In an order in which each begins where the one before ends. */
export const operations: Operation[] = [
    {
        name: "create",
        fits: (state) => state === undefined,
        start: undefined,
        target: () => ({ masters: ["m1"], idleTimeoutHours: 24 }),
    },
    {
        name: "grow",
        fits: (state) => state?.masters.length === 1,
        start: one,
        target: (state = one) => ({
            ...state,
            masters: [...state.masters, ...spareOf(state).slice(0, 2)].sort(),
        }),
    },
    {
        name: "replace",
        fits: hasThree,
        start: three,
        target: (state = three) => ({
            ...state,
            masters: [...state.masters.slice(1), spareOf(state)[0]].sort(),
        }),
    },
    {
        name: "change load balancer",
        fits: hasThree,
        start: three,
        target: (state = three) => ({ ...state, idleTimeoutHours: state.idleTimeoutHours === 24 ? 48 : 24 }),
    },
    {
        name: "change settings",
        fits: hasThree,
        start: three,
        target: (state = three) => ({ ...state, settings: !state.settings }),
    },
    {
        name: "shrink",
        fits: hasThree,
        start: three,
        target: (state = three) => ({ ...state, masters: [state.masters[1]] }),
    },
    {
        name: "upgrade",
        fits: (state) => state?.earlier === true,
        start: earlier,
        target: (state = earlier) => ({ ...state, earlier: false }),
    },
];

/** Masters that the cluster does not use. */
function spareOf(state: ClusterState): string[] {
    return spareMasters.filter((name) => !state.masters.includes(name));
}

/** Which hosts do what when one state becomes the other. */
export function rolesOf(from: ClusterState | undefined, to: ClusterState): Record<HostRole, string[]> {
    const before = from?.masters ?? [];
    const staying = to.masters.filter((name) => before.includes(name));
    // Of masters that take turns the first does more than the others.
    const inTurn = from?.earlier !== to.earlier || from?.settings !== to.settings;
    return {
        joining: to.masters.filter((name) => !before.includes(name)),
        leaving: before.filter((name) => !to.masters.includes(name)),
        staying: inTurn ? staying.slice(0, 1) : staying,
        "in a later turn": inTurn ? staying.slice(1) : [],
        worker: [worker],
        "load balancer": [loadBalancer],
    };
}
