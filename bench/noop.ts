import { strict as assert } from "node:assert";
import { StandInHosts } from "../test/support/standInHosts";
import { type Cost, columnsOf, cpuOf, measured, timeOf } from "./engine";
import { BareStack, countsFor, LoopbackStack, up, writeStateOnce } from "./loopback";
import type { BenchOptions, Say, Section } from "./section";

/** `pulumi up` where nothing changes. */
export async function noop(say: Say, { rounds = 5, sizes = [2, 100] }: BenchOptions): Promise<Section> {
    const hosts = await StandInHosts.start();
    try {
        const counts = countsFor(hosts);
        const rows: string[][] = [];
        for (const workers of sizes) {
            const own = new LoopbackStack(hosts);
            const bare = new BareStack();
            try {
                own.setWorkers(workers);
                bare.setLike(counts(workers));
                await measured(own.stack, up, writeStateOnce);
                await measured(bare.stack, up, writeStateOnce);
                const before = hosts.connections();
                const costs: Record<"own" | "bare", Cost[]> = { own: [], bare: [] };
                for (let round = 1; round <= rounds; round++) {
                    costs.own.push(await measured(own.stack, up));
                    costs.bare.push(await measured(bare.stack, up));
                }
                const times = columnsOf(costs.own, costs.bare, timeOf);
                say(`${workers} workers: ${times.join(", ")}`);
                const connections = hosts.connections() - before;
                assert.equal(connections, 0, "connections of runs that change nothing");
                rows.push([
                    String(workers),
                    String(counts(workers).resources),
                    ...times,
                    ...columnsOf(costs.own, costs.bare, cpuOf),
                    String(connections),
                ]);
            } finally {
                own.stack.remove();
                bare.stack.remove();
            }
        }
        return {
            title: "`pulumi up` that changes nothing",
            date: new Date().toISOString(),
            words: [
                "Three masters, a load balancer and so many workers, on one sshd on loopback whose steps are no-ops; " +
                    "beside it, a program that registers as many resources, none of which does anything. " +
                    "Goal: 1.5 ×, and no SSH connection.",
            ],
            tables: [
                {
                    titles: [
                        "workers",
                        "resources",
                        "time",
                        "bare program",
                        "ratio",
                        "CPU",
                        "bare program",
                        "ratio",
                        "connections at sshd",
                    ],
                    rows,
                },
            ],
            pictures: [],
            limits: [],
        };
    } finally {
        hosts.stop();
    }
}
