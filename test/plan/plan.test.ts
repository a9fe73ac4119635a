import { strict as assert } from "node:assert";
import { assertGolden } from "../support/golden";
import { StandInCluster } from "../support/standInCluster";
import { told } from "../support/told";

describe("plans, by the real engine and plugins", function () {
    this.timeout(300_000);

    let cluster: StandInCluster;
    before(async () => {
        cluster = await StandInCluster.start("plan");
    });
    after(() => cluster?.remove());

    it("from nothing: everything is created, flannel and labels too", () => {
        const config = cluster.config({ network: { cni: "flannel" } });
        cluster.configure({
            ...config,
            workers: config.workers?.map((worker) => ({ ...worker, labels: { "example.com/disk": "ssd" } })),
        });
        assertGolden("plans/create.txt", told(cluster.stack.plan()));
    });

    describe("of a cluster that exists", () => {
        before(() => {
            cluster.configure(cluster.config());
            cluster.stack.upOrThrow();
        });

        it("keeps no secret in plain in the state", () => {
            const state = cluster.stack.export();
            assert.match(state, /"ciphertext"/);
            assert.doesNotMatch(state, /PRIVATE KEY|client-key-data/);
        });

        it("the same configuration, its masters in another order: nothing", () => {
            cluster.configure(cluster.config({}, ["m3", "m1", "m2"]));
            assert.deepEqual(cluster.stack.plan(), []);
        });

        it("three masters to five: the new hosts and the load balancer's back ends", () => {
            cluster.configure(cluster.config({}, ["m1", "m2", "m3", "m4", "m5"]), 5);
            assertGolden("plans/grow.txt", told(cluster.stack.plan()));
        });

        it("one worker more", () => {
            cluster.configure(cluster.config({}, ["m1", "m2", "m3"], ["w1", "w2"]));
            assertGolden("plans/add-worker.txt", told(cluster.stack.plan()));
        });
    });
});
