import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withLock } from "../../../toolchain/lock";
import { temporaryCache } from "./temporaryCache";

const tsx = join(__dirname, "../../../node_modules/.bin/tsx");

describe("the lock", () => {
    const { folder } = temporaryCache();
    const file = () => join(folder(), "locks", "piece");

    const nobody = () => assert.fail("there is nobody to wait for");

    function leaveLockOf(pid: number, startedAt: string): void {
        mkdirSync(dirname(file()), { recursive: true });
        writeFileSync(file(), JSON.stringify({ pid, startedAt, id: "of somebody else" }));
    }

    it("is let go after the work, and after work that failed", async () => {
        assert.equal(await withLock(file(), nobody, async () => "done"), "done");
        await assert.rejects(
            withLock(file(), nobody, async () => Promise.reject(new Error("failed"))),
            /failed/,
        );
        assert.deepEqual(readdirSync(dirname(file())), []);
    });

    it("makes processes wait for one another, and says for whom", async function () {
        this.timeout(20_000);
        const journal = join(folder(), "journal");
        const workers = [1, 2, 3].map(() =>
            spawn(tsx, [join(__dirname, "lockWorker.ts"), file(), journal], { stdio: ["ignore", "pipe", "inherit"] }),
        );
        const said = await Promise.all(
            workers.map(async (worker) => {
                let words = "";
                for await (const chunk of worker.stdout) {
                    words += chunk;
                }
                return words;
            }),
        );
        const lines = readFileSync(journal, "utf8").trim().split("\n");
        assert.equal(lines.length, 6);
        for (let turn = 0; turn < 6; turn += 2) {
            const [, pid] = /^begin (\d+)$/.exec(lines[turn]) ?? [];
            assert.equal(lines[turn + 1], `end ${pid}`, `turns overlap: ${lines.join(", ")}`);
        }
        assert.ok(said.filter((words) => /^waiting for \d+$/m.test(words)).length >= 2, `said: ${said}`);
    });

    it("is taken over from a process that is dead", async () => {
        const { pid } = spawnSync("true");
        leaveLockOf(pid, "12345");
        assert.equal(
            await withLock(file(), nobody, async () => JSON.parse(readFileSync(file(), "utf8")).pid),
            process.pid,
        );
        assert.equal(existsSync(file()), false);
    });

    it("is taken over when another process has been given the dead one's number since", async function () {
        if (process.platform !== "linux") {
            this.skip();
        }
        leaveLockOf(process.pid, "1");
        assert.equal(await withLock(file(), nobody, async () => "mine"), "mine");
    });

    it("is given to one only, of many that see the same dead holder", async () => {
        leaveLockOf(spawnSync("true").pid, "12345");
        let inside = 0;
        const turn = () =>
            withLock(
                file(),
                () => {},
                async () => {
                    inside += 1;
                    assert.equal(inside, 1);
                    await new Promise((resolve) => setTimeout(resolve, 5));
                    inside -= 1;
                },
            );
        await Promise.all([turn(), turn(), turn(), turn()]);
    });
});
