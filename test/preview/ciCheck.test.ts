import { strict as assert } from "node:assert";
import { checkPlan } from "../../ci/checkPlan";
import { partsOf } from "../../ci/part";
import { readPlan } from "../../ci/plan";
import { assertGolden } from "../support/golden";
import { reducedPlan } from "../support/reducedPlan";
import { keysShownIn, privateKeysIn } from "../support/shownSecrets";
import { StandInCluster } from "../support/standInCluster";

/** The plans that test/unit/checkPlan.test.ts and the examples' test judge are made here, by the real engine. */
describe("the check of a plan in CI, on plans of the real engine", function () {
    this.timeout(300_000);

    const five = ["m1", "m2", "m3", "m4", "m5"];
    let cluster: StandInCluster;
    let state: string;
    let keys: string[];
    before(async () => {
        cluster = await StandInCluster.start("plan");
        cluster.configure(cluster.config({}, five, ["w1", "w2"]));
        cluster.stack.upOrThrow();
        state = cluster.stack.export("--show-secrets");
        keys = privateKeysIn(state);
    });
    after(() => cluster?.remove());

    /** The plan must be the golden one and show no key. Returns why it is refused. */
    function judge(name: string, plan = cluster.stack.planFile()): string[] {
        assertGolden(`plans/ci/${name}.json`, reducedPlan(plan));
        assert.deepEqual(keysShownIn(plan, keys), []);
        return checkPlan(partsOf(readPlan(plan).resources)).map(({ words }) => words);
    }

    it("knows the keys that a plan must not show", () => {
        // Those of seven nodes, the administrator, the PKI's four and the one that logs in; most of them in several forms.
        assert.ok(keys.length > 2 * 13, `${keys.length} keys`);
        assert.equal(keysShownIn(state, keys).length, keys.length + 2);
    });

    it("passes one master more", () => {
        cluster.configure(cluster.config({}, [...five, "m6"], ["w1", "w2"]));
        assert.deepEqual(judge("grow"), []);
    });

    it("refuses five masters to three", () => {
        cluster.configure(cluster.config({}, five, ["w1", "w2"]), 3);
        assert.deepEqual(judge("shrink"), ["master plan-m4 leaves the cluster", "master plan-m5 leaves the cluster"]);
    });

    it("refuses a master that is declared lost", () => {
        const config = cluster.config({}, five, ["w1", "w2"]);
        const masters = config.masters.map((master) => ({ ...master, lost: master.name === "m1" }));
        cluster.configure({ ...config, masters });
        assert.deepEqual(judge("lost"), ["master plan-m1 is declared lost: a surviving host evicts it"]);
    });

    it("passes a worker that goes", () => {
        cluster.configure(cluster.config({}, five, ["w1"]));
        assert.deepEqual(judge("drop-worker"), []);
    });

    it("passes another address of a master: its steps are run again there, none is taken away", () => {
        const config = cluster.config({}, five, ["w1", "w2"]);
        const masters = config.masters.map((one) => (one.name === "m2" ? { ...one, host: "127.0.0.19" } : one));
        cluster.configure({ ...config, masters });
        assert.deepEqual(judge("address"), []);
    });

    it("passes another kubelet's setting: every node gets it in its turn", () => {
        const config = cluster.config({}, five, ["w1", "w2"]);
        const kubeletConfiguration = { ...config.kubeadm?.kubeletConfiguration, maxPods: 99 };
        cluster.configure({ ...config, kubeadm: { ...config.kubeadm, kubeletConfiguration } });
        assert.deepEqual(judge("settings"), []);
    });

    it("passes an upgrade", () => {
        cluster.configure({ ...cluster.config({}, five, ["w1", "w2"]), kubernetesVersion: "1.36.9" });
        assert.deepEqual(judge("upgrade"), []);
    });

    it("refuses what Kubernetes does not support, which the preview does already where the state tells the version", () => {
        cluster.configure({ ...cluster.config({}, five, ["w1", "w2"]), kubernetesVersion: "1.34.1" });
        const { status, output } = cluster.stack.pulumi(["preview", "--non-interactive", "--color", "never"]);
        assert.notEqual(status, 0);
        assert.match(
            output,
            /cluster\.kubernetesVersion: is 1\.34\.1, and the last 'pulumi up' has left this cluster with 1\.36\.3: Kubernetes has no way back/,
        );
        assert.doesNotMatch(output, /\n\s+at /);
        cluster.stack.import(withoutVersion(state));
        assert.deepEqual(judge("downgrade"), ["nodes go from Kubernetes 1.36.3 to 1.34.1: Kubernetes has no way back"]);
        cluster.stack.import(state);
    });

    /** As a program leaves it that has no such output. */
    function withoutVersion(state: string): string {
        const parsed = JSON.parse(state) as { deployment: { resources: { type: string; outputs: object }[] } };
        const stack = parsed.deployment.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
        assert.ok(stack && "kubernetesVersion" in stack.outputs);
        delete stack.outputs.kubernetesVersion;
        return JSON.stringify(parsed);
    }

    it("passes that the masters' certificates are due", () => {
        cluster.configure(cluster.config({}, five, ["w1", "w2"]));
        const clock =
            "urn:pulumi:plan::kubeadm-ha::kubeadm:index:KubeadmCluster$kubeadm:index:Pki$tls:index/selfSignedCert:SelfSignedCert::plan-pki-renewal";
        assert.deepEqual(judge("renewal", cluster.stack.planFile("--replace", clock)), []);
    });

    it("refuses that the founding or a key of the PKI is replaced", () => {
        cluster.configure(cluster.config({}, five, ["w1", "w2"]));
        const urn = (types: string, name: string) =>
            `urn:pulumi:plan::kubeadm-ha::kubeadm:index:KubeadmCluster$${types}::${name}`;
        const founding = urn("kubeadm:index:FirstMaster$command:remote:Command", "plan-first-master-found");
        const key = urn("kubeadm:index:Pki$tls:index/privateKey:PrivateKey", "plan-pki-service-account-key");
        const refused = judge("replace", cluster.stack.planFile("--replace", founding, "--replace", key));
        assert.equal(refused.length, 2);
        assert.match(refused[0], /^the founding loses plan-first-master-found:/);
        assert.match(refused[1], /^the PKI loses plan-pki-service-account-key:/);
    });

    it("passes a rotation of the CAs, phase by phase, and refuses one out of order", () => {
        const config = cluster.config({}, five, ["w1", "w2"]);
        const early = "the PKI signs with CAs that no node trusts yet: before pki.rotate: sign comes pki.rotate: trust";
        cluster.configure({ ...config, pki: { rotate: "sign" } });
        assert.deepEqual(judge("rotate-early"), [early]);
        cluster.configure({ ...config, pki: { generation: 2 } });
        assert.match(judge("rotate-at-once").join("\n"), /^the PKI loses plan-pki-etcd-ca, /m);
        cluster.configure({ ...config, pki: { rotate: "trust" } });
        assert.deepEqual(judge("rotate-trust"), []);
        cluster.stack.upOrThrow();
        keys = privateKeysIn(cluster.stack.export("--show-secrets"));
        cluster.configure({ ...config, pki: { rotate: "sign" } });
        assert.deepEqual(judge("rotate-sign"), []);
        cluster.stack.upOrThrow();
        cluster.configure({ ...config, pki: { generation: 2 } });
        assert.deepEqual(judge("rotate-drop"), []);
        cluster.stack.upOrThrow();
        assert.deepEqual(cluster.stack.plan(), []);
    });
});
