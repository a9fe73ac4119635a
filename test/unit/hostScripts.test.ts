import { strict as assert } from "node:assert";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allScripts, hostScripts, unpackInto, withoutComments, workerScripts } from "../../components/hostScripts";

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

    it("can be read at any time while other steps put the same ones in place", async () => {
        const folder = mkdtempSync(join(tmpdir(), "scripts-"));
        try {
            const input = `${await hostScripts(allScripts())}\n`;
            const unpack = () => spawnSync("sh", ["-c", unpackInto(folder)], { input, encoding: "utf8" });
            assert.deepEqual(
                [unpack().status, readdirSync(folder).sort()],
                [0, ["go-back", "health-check", "lib", "step", "steps"]],
            );
            const size = readFileSync(join(folder, "lib", "say.sh")).length;
            const read = `for i in $(seq 2000); do wc -c <lib/say.sh || echo absent; done 2>&1 | sort | uniq -c`;
            const reader = spawn("sh", ["-c", read], { cwd: folder });
            let seen = "";
            reader.stdout.on("data", (words) => (seen += words));
            const ended = new Promise((resolve) => reader.on("close", resolve));
            const writers = Array.from({ length: 4 }, async () => {
                while (reader.exitCode === null) {
                    const writer = spawn("sh", ["-c", unpackInto(folder)]);
                    writer.stdin.end(input);
                    assert.equal(await new Promise((resolve) => writer.on("close", resolve)), 0);
                }
            });
            await Promise.all([ended, ...writers]);
            assert.equal(seen.trim().replace(/ +/g, " "), `2000 ${size}`);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
