import { StandInHosts } from "../test/support/standInHosts";
import { type Cost, measured } from "./engine";
import { LoopbackStack, stateSize, up, writeStateOnce } from "./loopback";
import type { BenchOptions, Say, Section } from "./section";
import { bytes, seconds } from "./statistics";

const oneCopy = { PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true" };
const compressed = { ...oneCopy, PULUMI_DIY_BACKEND_ZSTD: "true" };

interface Setting {
    words: string;
    environment: NodeJS.ProcessEnv;
    /** The largest cluster for which it can be waited for. */
    upTo: number;
}

const settings: Setting[] = [
    { words: "as Pulumi comes", environment: {}, upTo: 100 },
    { words: "without a second copy", environment: oneCopy, upTo: 100 },
    { words: "and compressed (zstd)", environment: compressed, upTo: 100 },
    { words: "state written once, at the end", environment: writeStateOnce, upTo: Infinity },
];

/** `pulumi up` of many workers at once: what the engine costs, by how often it writes what. */
export async function upOfMany(say: Say, { sizes = [100, 500] }: BenchOptions): Promise<Section> {
    const hosts = await StandInHosts.start();
    const rows: string[][] = [];
    try {
        for (const { words, environment, upTo } of settings) {
            for (const workers of sizes.filter((size) => size <= upTo)) {
                const own = new LoopbackStack(hosts);
                try {
                    own.setWorkers(workers);
                    const before = hosts.connections();
                    const cost = await measured(own.stack, up, environment);
                    const connections = hosts.connections() - before;
                    rows.push([
                        words,
                        String(workers),
                        ...columnsOf(cost),
                        String(connections),
                        bytes(stateSize(own.stack)),
                    ]);
                    say(rows[rows.length - 1].join(", "));
                } finally {
                    own.stack.remove();
                }
            }
        }
    } finally {
        hosts.stop();
    }
    return {
        title: "`pulumi up` of many workers",
        date: new Date().toISOString(),
        words: [
            "One sshd on loopback answers for all hosts, and every step is a no-op: this measures the engine, the plugins and " +
                "SSH, and nothing of what steps do. What the file back end costs is the difference to the last setting, in " +
                "which the state is written once, at the end.",
        ],
        tables: [
            {
                titles: [
                    "file back end",
                    "workers",
                    "time",
                    "CPU: engine",
                    "program",
                    "plugins",
                    "written",
                    "SSH connections",
                    "state",
                ],
                rows: rows.sort(([, one], [, other]) => Number(one) - Number(other)),
            },
        ],
        pictures: [],
        limits: [
            "The file back end writes the whole state at the begin and at the end of every operation, and a copy beside it: what that " +
                "costs grows with the square of the number of hosts, so that it was not waited for with 500 workers. To leave out the " +
                "copy saves little of it, compression a quarter of the engine's time and most of the bytes; neither loses anything. A " +
                "back end in a service or a bucket has other costs, which were not measured. With `PULUMI_SKIP_CHECKPOINTS=true` the " +
                "state is written once: after a crash, what was made is in no state. The README tells when a cluster bears that.",
        ],
    };
}

function columnsOf({ milliseconds, cpu, written }: Cost): string[] {
    const of = (belongs: (program: string) => boolean) =>
        `${[...cpu].reduce((sum, [program, used]) => sum + (belongs(program) ? used : 0), 0).toFixed(1)} s`;
    return [
        seconds([milliseconds]),
        of((program) => program === "pulumi"),
        of((program) => program === "node"),
        of((program) => program.startsWith("pulumi-")),
        bytes(written),
    ];
}
