import { strict as assert } from "node:assert";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { endOrphans } from "../../toolchain/orphans";
import { StandInCluster } from "../support/standInCluster";

describe("an engine that is killed", function () {
    this.timeout(120_000);
    this.bail(true);

    let cluster: StandInCluster;
    let engine: ChildProcess;
    before(async () => {
        cluster = await StandInCluster.start("killed");
        cluster.configure(cluster.config({}, ["m1"], []));
        cluster.hosts.freeze();
        await new Promise<void>((resolve) => {
            engine = cluster.stack.startUp((words) => words.includes("killed-m1-prepare creating") && resolve());
        });
    });
    after(() => {
        engine?.kill("SIGKILL");
        cluster?.hosts.thaw();
        cluster?.remove();
    });

    it("keeps its lock while it lives", () => {
        assert.match(cluster.stack.upAgain().output, /^error: the stack is currently locked by 1 lock/);
    });

    it("leaves a lock that the engine alone does not get over", async () => {
        engine.kill("SIGKILL");
        await once(engine, "exit");
        assert.match(cluster.stack.up().output, /^error: the stack is currently locked by 1 lock/);
    });

    it("has its plugins ended by npm run pulumi, and would keep its lock if that were of another machine", () => {
        const [file] = cluster.stack.stateFiles().filter((name) => /\/locks\/.*\.json$/.test(name));
        const lock = readFileSync(file, "utf8");
        writeFileSync(file, JSON.stringify({ ...JSON.parse(lock), hostname: "elsewhere.example.com" }));
        const { output } = cluster.stack.upAgain();
        assert.match(output, /^An engine that is gone has left plugins or programs running \(process/);
        assert.match(output, /^error: the stack is currently locked by 1 lock/m);
        assert.deepEqual(endOrphans(), []);
        writeFileSync(file, lock);
    });

    it("is made up for by npm run pulumi -- up, which says so and leaves nothing pending", () => {
        cluster.hosts.thaw();
        const { status, output } = cluster.stack.upAgain();
        assert.equal(status, 0, output);
        assert.match(output, /^The lock on stack killed was left by an engine that is gone \(process \d+, since 20/);
        assert.match(output, /^The last run was cut while it created .*killed-m1-prepare/m);
        assert.doesNotMatch(output, /pending operation/);
        assert.doesNotMatch(cluster.stack.export(), /pending_operations/);
        assert.deepEqual(cluster.stack.plan(), []);
    });
});
