import { StandInHosts } from "../test/support/standInHosts";
import { type Cost, columnsOf, cpuOf, measured, timeOf } from "./engine";
import { BareStack, type Counts, countsFor, LoopbackStack, stateSize, up, writeStateOnce } from "./loopback";
import type { BenchOptions, Say, Section } from "./section";
import { bytes, median } from "./statistics";

/** From so many workers on, one round has to do. */
const large = 1000;

/** So many workers are made; the others come into the state as their copies, and the engine sees no difference. */
const made = 20;

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
export async function preview(say: Say, { rounds = 3, sizes = [10, 100, 1000, 3000] }: BenchOptions): Promise<Section> {
    const hosts = await StandInHosts.start();
    try {
        const counts = countsFor(hosts);
        const all: Measured[] = [];
        for (const workers of sizes) {
            all.push(await measureSize(hosts, workers, counts(workers), workers < large ? rounds : 1));
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
    const previews = async (...options: string[]) => {
        const pair: Pair = { own: [], bare: [] };
        for (let round = 0; round < rounds; round++) {
            pair.own.push(await measured(own.stack, ["preview", ...options]));
            pair.bare.push(await measured(bare.stack, ["preview", ...options]));
        }
        return pair;
    };
    try {
        own.setWorkers(workers);
        bare.setLike(counts);
        const fresh = await previews();
        await make(own, workers);
        await measured(bare.stack, up, writeStateOnce);
        return {
            workers,
            counts,
            fresh,
            unchanged: await previews("--expect-no-changes"),
            stateSize: stateSize(own.stack),
        };
    } finally {
        own.stack.remove();
        bare.stack.remove();
    }
}

async function make(own: LoopbackStack, workers: number): Promise<void> {
    own.setWorkers(Math.min(workers, made));
    await measured(own.stack, up, writeStateOnce);
    if (workers > made) {
        own.copyWorker(made, workers);
        own.setWorkers(workers);
        // The load balancer's host is told which nodes there are.
        await measured(own.stack, up, writeStateOnce);
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
                titles: ["workers", "CPU, fresh", "bare", "ratio", "CPU, unchanged", "bare", "ratio"],
                rows: all.map(({ workers, fresh, unchanged }) => [
                    String(workers),
                    ...columnsOf(fresh.own, fresh.bare, cpuOf),
                    ...columnsOf(unchanged.own, unchanged.bare, cpuOf),
                ]),
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
        limits: [
            `Of more than ${made} workers the others' state is a copy of theirs with other names and addresses, in which the ` +
                "engine sees no difference.",
            "Memory is the largest that a process had, in the unchanged preview. CPU is of all processes of a run together; it is what " +
                "to compare where the machine does other things too.",
        ],
    };
}

function timesOf({ workers, counts, fresh, unchanged }: Measured): string[] {
    const columns = ({ own, bare }: Pair) => columnsOf(own, bare, timeOf);
    return [String(workers), String(counts.resources), ...columns(fresh), ...columns(unchanged)];
}

function memoriesOf({ unchanged: { own, bare } }: Measured): string[] {
    const memory = (costs: Cost[], of: "engineMemory" | "nodeMemory") => bytes(median(costs.map((cost) => cost[of])));
    return (["engineMemory", "nodeMemory"] as const).flatMap((of) => [memory(own, of), memory(bare, of)]);
}
