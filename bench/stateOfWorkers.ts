import { StandInHosts } from "../test/support/standInHosts";
import { measured } from "./engine";
import { LoopbackStack, stateOfWorker, stateSize, up, writeStateOnce } from "./loopback";
import type { Say, Section } from "./section";
import { bytes } from "./statistics";

const [few, more] = [2, 12];

/** How much state a worker is, and of what. */
export async function stateOfWorkers(say: Say): Promise<Section> {
    const hosts = await StandInHosts.start();
    const own = new LoopbackStack(hosts);
    const sizes: number[] = [];
    try {
        for (const workers of [few, more]) {
            own.setWorkers(workers);
            await measured(own.stack, up, writeStateOnce);
            sizes.push(stateSize(own.stack));
            say(`${workers} workers: ${bytes(sizes[sizes.length - 1])}`);
        }
        return section((sizes[1] - sizes[0]) / (more - few), stateOfWorker(own.stack, "w1"));
    } finally {
        own.stack.remove();
        hosts.stop();
    }
}

function section(perWorker: number, rows: string[][]): Section {
    return {
        title: "State of a worker",
        date: new Date().toISOString(),
        words: [
            `Each worker is ${rows.length} resources and ${bytes(perWorker)} of state, as the file back end keeps it. ` +
                "Goal: 3 resources, 12 KB.",
        ],
        tables: [{ titles: ["resource", "connection", "stdin", "all else", "all"], rows }],
        pictures: [],
        limits: [
            "The state is above its goal, and this is why: the command plugin gives all inputs of a step back as its outputs, so that " +
                "the state keeps them twice. Three connections with their keys, and what the engine notes of three resources (the " +
                "columns `connection` and `all else`), are the goal already. On stdin, `host` has the scripts of a worker's " +
                "steps, packed: the same text for all workers. A resource of their own that copies a file would keep no more than " +
                "its digest, but would be a fourth resource, and a fourth connection, for each worker. `join` and `node` have a " +
                "certificate and its key, encrypted.",
        ],
    };
}
