import { strict as assert } from "node:assert";
import { checkPlan } from "../../ci/checkPlan";
import { partsOf } from "../../ci/part";
import { readPlan } from "../../ci/plan";
import type { ClusterConfig } from "../../config/schema";
import { assertGolden } from "../support/golden";
import { expireSoon } from "../support/memberCertificates";
import { operationsOf } from "../support/stack";
import { StandInCluster } from "../support/standInCluster";
import { told } from "../support/told";

describe("plans of external etcd, by the real engine and plugins", function () {
    this.timeout(300_000);

    let cluster: StandInCluster;
    before(async () => {
        cluster = await StandInCluster.start("plan");
        cluster.configure(configWith(["e1", "e2", "e3"]));
        cluster.stack.upOrThrow();
    });
    after(() => cluster?.remove());

    it("the same configuration, its members in another order: nothing", () => {
        cluster.configure(configWith(["e2", "e3", "e1"]));
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("three masters to one: no member is touched", () => {
        cluster.configure({ ...configWith(["e1", "e2", "e3"]), masters: cluster.config({}, ["m2"]).masters });
        assert.deepEqual(judge("masters-of-external-etcd"), [
            "master plan-m1 leaves the cluster",
            "master plan-m3 leaves the cluster",
        ]);
    });

    it("three members to five: the new ones, and each API server", () => {
        cluster.configure(configWith(["e1", "e2", "e3", "e4", "e5"]));
        assert.deepEqual(judge("grow-etcd"), []);
    });

    it("a member less: it leaves, after each API server was told", () => {
        cluster.configure(configWith(["e2", "e3"]));
        assert.deepEqual(judge("shrink-etcd"), ["etcd member plan-e1 leaves the cluster"]);
    });

    it("a lost member: another one evicts it", () => {
        cluster.configure(configWith(["e1", "e2", "e3"], { lost: true }));
        assert.deepEqual(judge("lost-member"), ["etcd member plan-e1 is declared lost: a surviving host evicts it"]);
    });

    it("certificates that expire soon: new ones for that member, and nothing else", () => {
        cluster.configure(configWith(["e1", "e2", "e3"]));
        cluster.stack.import(expireSoon(cluster.stack.export(), "e2"));
        assert.deepEqual(judge("renew-certificates"), []);
    });

    /** The plan must be the golden one. Returns why CI refuses it. */
    function judge(golden: string): string[] {
        const plan = cluster.stack.planFile();
        assertGolden(`plans/${golden}.txt`, told(operationsOf(plan)));
        return checkPlan(partsOf(readPlan(plan).resources)).map(({ words }) => words);
    }

    /** `particulars` are of e1. */
    function configWith(members: string[], particulars = {}): ClusterConfig {
        const { hostKey } = cluster.hosts;
        const hosts = members.map((name) => ({
            name,
            host: `127.0.0.${15 + Number(name.slice(1))}`,
            hostKey,
            ...(name === "e1" ? particulars : {}),
        }));
        return cluster.config({ etcd: { topology: "external", hosts } });
    }
});
