import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allScripts, withoutComments, workerScripts } from "../../components/hostScripts";

const hosts = join(__dirname, "..", "..", "hosts");

/** What a script reads as soon as it runs, whatever the host's role: below hosts/. */
function readAtOnce(script: string): string[] {
    const text = readFileSync(join(hosts, script), "utf8");
    return [...text.matchAll(/^\. "\$STEP_LIB\/([a-z-]+\.sh)"$/gm)].map(([, name]) => `lib/${name}`);
}

const sources = ["bundle", "apt"] as const;

describe("the scripts that a host gets", () => {
    it("are complete: none reads a file that is not among them", () => {
        for (const names of [allScripts(), ...sources.map(workerScripts)]) {
            for (const name of names) {
                assert.deepEqual(
                    readAtOnce(name).filter((needed) => !names.includes(needed)),
                    [],
                    `${name} reads these`,
                );
            }
        }
    });

    it("are, for a worker, its own steps and no others", () => {
        const steps = workerScripts("bundle").filter((name) => name.startsWith("steps/"));
        assert.deepEqual(
            steps,
            ["drain", "join", "leave", "maintain", "prepare", "reset", "uncordon"].map((step) => `steps/${step}.sh`),
        );
    });

    it("have no comments, and are whole scripts still", () => {
        for (const name of allScripts()) {
            const script = withoutComments(readFileSync(join(hosts, name), "utf8"));
            assert.doesNotMatch(script.replace(/^#!.*/, ""), /^ *#/m, name);
            assert.equal(spawnSync("bash", ["-n"], { input: script, encoding: "utf8" }).stderr, "", name);
        }
    });
});
