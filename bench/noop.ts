import { strict as assert } from "node:assert";
import { StandInHosts } from "../test/support/standInHosts";
import { measured } from "./engine";
import { BareStack, countsFor, LoopbackStack, up, writeStateOnce } from "./loopback";
import type { Say, Section } from "./section";
import { ratio, seconds } from "./statistics";

const rounds = 5;
const sizes = [2, 100];

/** `pulumi up` where nothing changes. */
export async function noop(say: Say): Promise<Section> {
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
                const times = { own: [] as number[], bare: [] as number[] };
                for (let round = 1; round <= rounds; round++) {
                    times.own.push((await measured(own.stack, up)).milliseconds);
                    times.bare.push((await measured(bare.stack, up)).milliseconds);
                    say(
                        `${workers} workers, round ${round} of ${rounds}: ${seconds(times.own)}, ${seconds(times.bare)}`,
                    );
                }
                const connections = hosts.connections() - before;
                assert.equal(connections, 0, "connections of runs that change nothing");
                rows.push([
                    String(workers),
                    String(counts(workers).resources),
                    seconds(times.own),
                    seconds(times.bare),
                    ratio(times.own, times.bare),
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
                    titles: ["workers", "resources", "this program", "bare program", "ratio", "connections at sshd"],
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
