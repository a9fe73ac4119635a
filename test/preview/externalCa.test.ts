import { strict as assert } from "node:assert";
import { join } from "node:path";
import { checkPlan } from "../../ci/checkPlan";
import { partsOf } from "../../ci/part";
import { readPlan } from "../../ci/plan";
import type { ClusterConfig } from "../../config/schema";
import { assertGolden } from "../support/golden";
import { operationsOf } from "../support/stack";
import { StandInCluster } from "../support/standInCluster";
import { told } from "../support/told";
import { UserCas } from "../support/userCas";

describe("plans with CAs of one's own, by the real engine and plugins", function () {
    this.timeout(300_000);

    let cluster: StandInCluster;
    let cas: UserCas;
    before(async () => {
        cluster = await StandInCluster.start("plan");
        cas = new UserCas(join(cluster.stack.folder, "cas"));
        cluster.configure(config());
    });
    after(() => cluster?.remove());

    it("from nothing: nobody is asked to sign", () => {
        const plan = cluster.stack.plan();
        assert.ok(plan.some(({ name }) => name === "plan-pki-m1-apiserver"));
        assert.deepEqual(cas.forgetCalls(), []);
    });

    it("a command that signs something else: no host is given anything, and the next up goes on", () => {
        cas.fallIll('[ "$KUBEADM_HA_CERTIFICATE" != plan-pki-m2-apiserver ] || KUBEADM_HA_CA=etcd');
        const { status, output } = cluster.stack.up();
        assert.notEqual(status, 0);
        assert.match(
            output,
            /plan-pki-m2-apiserver: the command that signs .* it is not signed by the CA O=Example, CN=kubernetes/,
        );
        const made = JSON.parse(cluster.stack.export()).deployment.resources.map(({ urn }: { urn: string }) => urn);
        assert.deepEqual(
            made.filter((urn: string) => /::plan-(m2-|\w+-join|first-master-found)/.test(urn)),
            [],
        );
        cas.fallIll();
        const earlier = cas.forgetCalls();
        cluster.stack.upOrThrow();
        const calls = cas.forgetCalls();
        assert.ok(calls.includes("plan-pki-m2-apiserver"));
        assert.deepEqual(
            calls.filter((name) => earlier.includes(name)),
            ["plan-pki-m2-apiserver"],
        );
    });

    it("the same configuration: nothing, and nobody is asked to sign", () => {
        assert.deepEqual(cluster.stack.plan(), []);
        cluster.stack.upOrThrow();
        assert.deepEqual(cas.forgetCalls(), []);
    });

    it("has no CA's key in its state", () => {
        const state = cluster.stack.export("--show-secrets");
        assert.deepEqual(
            cas.keyLines().filter((line) => state.includes(line)),
            [],
        );
    });

    it("another name of the API servers: their certificates, and the masters in their turn", () => {
        const apiServer = { certSANs: ["api.example.com"] };
        cluster.configure(config({ kubeadm: { clusterConfiguration: { apiServer } } }));
        assert.deepEqual(judge("external-ca-names"), []);
    });

    it("a master and a worker more: theirs, and nothing else", () => {
        cluster.configure(config({}, ["m1", "m2", "m3", "m4"], ["w1", "w2"]));
        assert.deepEqual(judge("external-ca-growth"), []);
    });

    it("no worker any more: it leaves, and its certificate goes", () => {
        cluster.configure(config({}, ["m1", "m2", "m3"], []));
        assert.deepEqual(judge("external-ca-shrink"), []);
    });

    it("certificates that are due: all are signed anew, and nothing is replaced but what tells it", () => {
        cluster.configure(config());
        const clock =
            "urn:pulumi:plan::kubeadm-ha::kubeadm:index:KubeadmCluster$kubeadm:index:Pki$tls:index/selfSignedCert:SelfSignedCert::plan-pki-renewal";
        assert.deepEqual(judge("external-ca-renewal", "--replace", clock), []);
    });

    it("CAs of Pulumi's instead: refused in CI", () => {
        const { pki, ...others } = config();
        cluster.configure(others);
        const [loss, ...more] = judge();
        assert.match(loss, /^the PKI loses .*plan-pki-apiserver-kubelet-client/);
        assert.deepEqual(more, []);
    });

    function config(changes: Partial<ClusterConfig> = {}, masters?: string[], workers?: string[]): ClusterConfig {
        return cluster.config({ pki: { external: cas.config }, ...changes }, masters, workers);
    }

    /** The plan must be the golden one. Returns why CI refuses it. */
    function judge(golden?: string, ...options: string[]): string[] {
        const plan = cluster.stack.planFile(...options);
        if (golden) {
            assertGolden(`plans/${golden}.txt`, told(operationsOf(plan)));
        }
        assert.deepEqual(cas.forgetCalls(), []);
        return checkPlan(partsOf(readPlan(plan).resources)).map(({ words }) => words);
    }
});

describe("a plan that takes its CAs from a living cluster, by the real engine and plugins", function () {
    this.timeout(300_000);

    let cluster: StandInCluster;
    before(async () => {
        cluster = await StandInCluster.start("plan");
        cluster.configure(cluster.config());
        cluster.stack.upOrThrow();
    });
    after(() => cluster?.remove());

    it("for CAs of one's own: refused in CI", () => {
        const external = new UserCas(join(cluster.stack.folder, "cas")).config;
        cluster.configure(cluster.config({ pki: { external } }));
        const findings = checkPlan(partsOf(readPlan(cluster.stack.planFile()).resources));
        assert.match(findings[0].words, /^the PKI loses .*plan-pki-kubernetes-ca/);
    });
});
