import { inWords } from "../toolchain/duration";
import { ensure, pulumiPieces } from "../toolchain/ensure";
import type { Section } from "./section";

/** What `npm start` costs on an empty cache: as the cache remembers of the time when each piece was made. */
export async function fromNothing(): Promise<Section> {
    const made = await ensure(...pulumiPieces, "lab-rootfs", "bundle");
    const total = made.reduce((sum, { seconds }) => sum + seconds, 0);
    return {
        title: "From nothing",
        date: new Date().toISOString(),
        words: [
            "What `npm start` makes before it begins with hosts, on a machine that reaches nothing but package registries, as the cache " +
                "remembers of the time when it was empty. Once made, all of it is there in no time.",
        ],
        tables: [
            {
                titles: ["stage", "from", "time"],
                rows: [
                    ...made.map(({ piece, source, seconds }) => [piece.name, source, inWords(seconds)]),
                    ["all", "", inWords(total)],
                ],
            },
        ],
        pictures: [],
        limits: [
            "Nearly all of it is the Go compiler at work on both cores: engine, plugins and Kubernetes itself. Where their official " +
                "downloads can be reached, they are downloaded instead. `npm start` then takes what the lab's hosts need to boot, " +
                "some seconds, and what `create` above takes.",
        ],
    };
}
