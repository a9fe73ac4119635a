import { strict as assert } from "node:assert";
import { checkPlan } from "../../ci/checkPlan";
import { partsOf } from "../../ci/part";
import { readPlan } from "../../ci/plan";
import { leftByVersion010 } from "../support/earlierState";
import { assertGolden } from "../support/golden";
import { operationsOf } from "../support/stack";
import { StandInCluster } from "../support/standInCluster";
import { told } from "../support/told";

describe("plans of a cluster that is taken over, by the real engine and plugins", function () {
    this.timeout(300_000);

    let cluster: StandInCluster;
    before(async () => {
        cluster = await StandInCluster.start("plan");
    });
    after(() => cluster?.remove());

    it("of one master: each host's steps, a look before, and no PKI of Pulumi's own", () => {
        declare(["m1", "m2"], "m1");
        assertGolden("plans/adopt.txt", told(cluster.stack.plan()));
    });

    it("afterwards, the same configuration: nothing", () => {
        cluster.stack.upOrThrow();
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("keep no key in plain in the state", () => {
        const state = cluster.stack.export();
        assert.match(state, /"ciphertext"/);
        assert.doesNotMatch(state, /PRIVATE KEY|client-key-data/);
    });

    it("from a state of version 0.1.0, by another plugin: the PKI stays, though it is read again and other keys come", () => {
        const before = cluster.stack.output("kubeconfig");
        cluster.stack.import(leftByVersion010(cluster.stack.export("--show-secrets")));
        cluster.stack.upOrThrow();
        assert.equal(cluster.stack.output("kubeconfig"), before);
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("without adopt: true, which was forgotten: refused, because the PKI would be another one", () => {
        declare(["m1", "m2"]);
        const [words, ...others] = judge();
        assert.match(words, /^the PKI loses .*plan-pki-source.*: no node, token or kubeconfig of the cluster would be/);
        assert.deepEqual(others, []);
    });

    it("without the adopted master: it leaves, the PKI stays", () => {
        declare(["m2", "m3"], "m2");
        assertGolden("plans/drop-adopted.txt", told(operationsOf(cluster.stack.planFile())));
        assert.deepEqual(judge(), ["master plan-m1 leaves the cluster"]);
    });

    /** Why CI refuses the plan. */
    function judge(): string[] {
        return checkPlan(partsOf(readPlan(cluster.stack.planFile()).resources)).map(({ words }) => words);
    }

    function declare(names: string[], adopted?: string): void {
        const { masters, ...config } = cluster.config({}, names);
        cluster.configure({
            ...config,
            masters: masters.map((master) => ({ ...master, ...(master.name === adopted ? { adopt: true } : {}) })),
        });
    }
});
