import { strict as assert } from "node:assert";
import { leftByVersion010 } from "../support/earlierState";
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

    it("nodes are changed after all masters and kubeadm's add-ons, workers so many at a time as upgrade.maxUnavailable says", () => {
        const upgrade = { maxUnavailable: 2 };
        cluster.configure(cluster.config({ upgrade }, ["m2", "m1"], ["w1", "w2", "w3", "w4", "w5"]));
        const { steps } = JSON.parse(cluster.stack.planFile()) as {
            steps: { urn: string; newState?: { dependencies?: string[] } }[];
        };
        const nodeOf = (urn: string) =>
            /::plan-(\w+)-node$/.exec(urn)?.[1] ?? /::plan-kubeadm-(addons)$/.exec(urn)?.[1];
        const after = steps.flatMap(({ urn, newState }) => {
            const earlier = newState?.dependencies?.flatMap((dependency) => nodeOf(dependency) ?? []) ?? [];
            return nodeOf(urn) ? [`${nodeOf(urn)} after ${earlier.sort().join(", ")}`] : [];
        });
        assert.deepEqual(after.sort(), [
            "addons after m1, m2",
            "m1 after ",
            "m2 after m1",
            "w1 after addons, m1, m2",
            "w2 after addons, m1, m2",
            "w3 after addons, m1, m2, w1",
            "w4 after addons, m1, m2, w2",
            "w5 after addons, m1, m2, w3",
        ]);
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

        it("a master chosen to initialize the cluster that exists: its record, and two steps that find themselves done", () => {
            cluster.configure(cluster.config({ initMaster: "m2" }));
            assert.equal(
                told(cluster.stack.plan()),
                [
                    "replace pulumi:index:Stash plan-init-host input",
                    "update command:remote:Command plan-first-master-found connection",
                    "update command:remote:Command plan-lb-first-back-end stdin",
                    "",
                ].join("\n"),
            );
        });

        it("a state that version 0.1.0 has left, by another plugin: taken over, and then nothing is planned", () => {
            cluster.configure(cluster.config());
            cluster.stack.import(leftByVersion010(cluster.stack.export("--show-secrets")));
            const planned = cluster.stack.plan().filter(({ operation }) => operation !== "update");
            assert.deepEqual(
                planned.map(({ operation, name }) => `${operation} ${name}`),
                ["create plan-init-host", "create plan-id"],
            );
            cluster.stack.upOrThrow();
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
