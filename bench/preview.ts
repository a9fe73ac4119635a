import { StandInHosts } from "../test/support/standInHosts";
import { type Cost, measured } from "./engine";
import { BareStack, type Counts, countsFor, LoopbackStack, stateSize, up, writeStateOnce } from "./loopback";
import type { Say, Section } from "./section";
import { bytes, median, ratio, seconds } from "./statistics";

/** Workers, and how often each is measured. */
const sizes: [workers: number, rounds: number][] = [
    [10, 3],
    [100, 3],
    [1000, 1],
    [3000, 1],
];

interface Measured {
    workers: number;
    counts: Counts;
    fresh: Pair;
    unchanged: Pair;
    stateSize: number;
}

/** Runs of both sides. */
interface Pair {
    own: Cost[];
    bare: Cost[];
}

/** `pulumi preview`, of a cluster that is not there yet and of one that stays as it is, as clusters grow. */
export async function preview(say: Say): Promise<Section> {
    const hosts = await StandInHosts.start();
    try {
        const counts = countsFor(hosts);
        const all: Measured[] = [];
        for (const [workers, rounds] of sizes) {
            all.push(await measureSize(hosts, workers, counts(workers), rounds));
            say(timesOf(all[all.length - 1]).join(", "));
        }
        return section(all);
    } finally {
        hosts.stop();
    }
}

async function measureSize(hosts: StandInHosts, workers: number, counts: Counts, rounds: number): Promise<Measured> {
    const own = new LoopbackStack(hosts);
    const bare = new BareStack();
    const previews = async () => {
        const pair: Pair = { own: [], bare: [] };
        for (let round = 0; round < rounds; round++) {
            pair.own.push(await measured(own.stack, ["preview"]));
            pair.bare.push(await measured(bare.stack, ["preview"]));
        }
        return pair;
    };
    try {
        own.setWorkers(workers);
        bare.setLike(counts);
        const fresh = await previews();
        for (const { stack } of [own, bare]) {
            await measured(stack, up, writeStateOnce);
        }
        return { workers, counts, fresh, unchanged: await previews(), stateSize: stateSize(own.stack) };
    } finally {
        own.stack.remove();
        bare.stack.remove();
    }
}

function section(all: Measured[]): Section {
    const [first] = all;
    const perWorker = ({ workers, counts, stateSize: size }: Measured, from: Measured) => ({
        resources: (counts.resources - from.counts.resources) / (workers - from.workers),
        state: (size - from.stateSize) / (workers - from.workers),
    });
    const last = perWorker(all[all.length - 1], first);
    return {
        title: "`pulumi preview` as clusters grow",
        date: new Date().toISOString(),
        words: [
            "Three masters, a load balancer and so many workers; beside it a program that registers as many resources, none of " +
                "which does anything. Fresh: nothing is there yet. Unchanged: everything is, and stays. " +
                "Goal: 1.3 ×, linear growth, at most 3 resources and 12 KB of state for each worker.",
            `Each worker is ${last.resources} resources and ${bytes(last.state)} of state.`,
        ],
        tables: [
            {
                titles: ["workers", "resources", "fresh", "bare", "ratio", "unchanged", "bare", "ratio"],
                rows: all.map(timesOf),
            },
            {
                titles: ["workers", "engine", "bare", "Node", "bare", "state", "for each worker more"],
                rows: all.map((one) => [
                    String(one.workers),
                    ...memoriesOf(one),
                    bytes(one.stateSize),
                    one === first ? "" : bytes(perWorker(one, first).state),
                ]),
            },
        ],
        pictures: [],
        limits: ["Memory is the largest that a process had, in the unchanged preview."],
    };
}

function timesOf({ workers, counts, fresh, unchanged }: Measured): string[] {
    const times = (costs: Cost[]) => costs.map(({ milliseconds }) => milliseconds);
    const columns = ({ own, bare }: Pair) => [
        seconds(times(own)),
        seconds(times(bare)),
        ratio(times(own), times(bare)),
    ];
    return [String(workers), String(counts.resources), ...columns(fresh), ...columns(unchanged)];
}

function memoriesOf({ unchanged: { own, bare } }: Measured): string[] {
    const memory = (costs: Cost[], of: "engineMemory" | "nodeMemory") => bytes(median(costs.map((cost) => cost[of])));
    return (["engineMemory", "nodeMemory"] as const).flatMap((of) => [memory(own, of), memory(bare, of)]);
}
