import { strict as assert } from "node:assert";
import { assertGolden } from "../support/golden";
import { reducedPlan } from "../support/reducedPlan";
import { operationsOf } from "../support/stack";
import { StandInCluster } from "../support/standInCluster";
import { told } from "../support/told";

describe("plans of leaving, by the real engine and plugins", function () {
    this.timeout(300_000);

    let cluster: StandInCluster;
    before(async () => {
        cluster = await StandInCluster.start("plan");
        cluster.configure(cluster.config({}, ["m1", "m2", "m3"], ["w1", "w2"]));
        cluster.stack.upOrThrow();
    });
    after(() => cluster?.remove());

    it("without the founding master: it leaves, the founding stays", () => {
        cluster.configure(cluster.config({}, ["m2", "m3"], ["w1", "w2"]));
        assertGolden("plans/drop-founder.txt", told(cluster.stack.plan()));
    });

    it("without a worker: it leaves, no master is touched", () => {
        cluster.configure(cluster.config({}, ["m1", "m2", "m3"], ["w1"]));
        assertGolden("plans/drop-worker.txt", told(cluster.stack.plan()));
    });

    it("three masters to one: they leave, and the load balancer knows", () => {
        cluster.configure(cluster.config({}, ["m2"], ["w1", "w2"]));
        assertGolden("plans/three-to-one.txt", told(cluster.stack.plan()));
    });

    it("a new master beside the removal of an old one", () => {
        cluster.configure(cluster.config({}, ["m2", "m3", "m4"], ["w1", "w2"]));
        assertGolden("plans/replace-by-new-name.txt", told(cluster.stack.plan()));
    });

    it("another address under the same name: that host's steps, whose join refuses it", () => {
        const config = cluster.config({}, ["m1", "m2", "m3"], ["w1", "w2"]);
        const masters = config.masters.map((master) =>
            master.name === "m3" ? { ...master, host: "127.0.0.14" } : master,
        );
        cluster.configure({ ...config, masters });
        assertGolden("plans/replace-address.txt", told(cluster.stack.plan()));
    });

    it("a drained worker, and a host that may be reset", () => {
        const config = cluster.config({}, ["m1", "m2", "m3"], ["w1", "w2"]);
        const [w1, w2] = config.workers ?? [];
        cluster.configure({
            ...config,
            workers: [
                { ...w1, drained: true },
                { ...w2, reset: true },
            ],
        });
        assertGolden("plans/drained-and-reset.txt", told(cluster.stack.plan()));
    });

    it("a master declared lost: a surviving one evicts it, nothing is run on it", () => {
        const config = cluster.config({}, ["m1", "m2", "m3"], ["w1", "w2"]);
        const masters = config.masters.map((master) => ({ ...master, lost: master.name === "m1" }));
        cluster.configure({ ...config, masters });
        assertGolden("plans/lost-master.txt", told(cluster.stack.plan()));
        cluster.stack.upOrThrow();
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("the entry of a lost master deleted: the state forgets it, nothing is run on any node", () => {
        cluster.configure(cluster.config({}, ["m2", "m3"], ["w1", "w2"]));
        const plan = cluster.stack.planFile();
        assertGolden("plans/lost-master-deleted.txt", told(operationsOf(plan)));
        // For test/unit/checkPlan.test.ts.
        assertGolden("plans/ci/lost-deleted.json", reducedPlan(plan));
        const connections = cluster.hosts.connections();
        cluster.stack.upOrThrow();
        // The load balancer's host, for its list of hosts.
        assert.equal(cluster.hosts.connections(), connections + 1);
    });
});
