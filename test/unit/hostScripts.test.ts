import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scriptNames } from "../../components/hostScripts";

const hosts = join(__dirname, "..", "..", "hosts");

/** What a script reads as soon as it runs, whatever the host's role: below hosts/. */
function readAtOnce(script: string): string[] {
    const text = readFileSync(join(hosts, script), "utf8");
    return [...text.matchAll(/^\. "\$STEP_LIB\/([a-z-]+\.sh)"$/gm)].map(([, name]) => `lib/${name}`);
}

describe("the scripts that a host gets", () => {
    it("are complete: none reads a file that is not among them", () => {
        for (const whose of ["worker", "master"] as const) {
            const names = scriptNames(whose);
            for (const name of names) {
                assert.deepEqual(
                    readAtOnce(name).filter((needed) => !names.includes(needed)),
                    [],
                    `${name}, which a ${whose} gets, reads these`,
                );
            }
        }
    });

    it("are, for a worker, its own steps and no others", () => {
        const steps = scriptNames("worker").filter((name) => name.startsWith("steps/"));
        assert.deepEqual(
            steps,
            ["drain", "join", "leave", "prepare", "reset", "uncordon"].map((step) => `steps/${step}.sh`),
        );
    });
});
