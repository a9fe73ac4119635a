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
        cluster.configure(cluster.config());
        cluster.stack.upOrThrow();
    });
    after(() => cluster?.remove());

    it("without the founding master: it leaves, the founding stays", () => {
        cluster.configure(cluster.config({}, ["m2", "m3"]));
        assertGolden("plans/drop-founder.txt", told(cluster.stack.plan()));
    });

    it("a master declared lost: a surviving one evicts it, nothing is run on it", () => {
        const config = cluster.config();
        const masters = config.masters.map((master) => ({ ...master, lost: master.name === "m1" }));
        cluster.configure({ ...config, masters });
        assertGolden("plans/lost-master.txt", told(cluster.stack.plan()));
        cluster.stack.upOrThrow();
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("the entry of a lost master deleted: the state forgets it, nothing is run", () => {
        cluster.configure(cluster.config({}, ["m2", "m3"]));
        const plan = cluster.stack.planFile();
        assertGolden("plans/lost-master-deleted.txt", told(operationsOf(plan)));
        // For test/unit/checkPlan.test.ts.
        assertGolden("plans/ci/lost-deleted.json", reducedPlan(plan));
        const connections = cluster.hosts.connections();
        cluster.stack.upOrThrow();
        assert.equal(cluster.hosts.connections(), connections);
    });
});
