import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import type { ClusterConfig } from "../../config/schema";
import { assertGolden } from "../support/golden";
import { pretendLabelsAreMade } from "../support/madeLabels";
import { keysShownIn, privateKeysIn } from "../support/shownSecrets";
import { type PlannedOperation, TestStack } from "../support/stack";
import { StandInCluster } from "../support/standInCluster";
import { told } from "../support/told";

describe("previews of ten hosts that are off, the API server down, by the real engine and plugins", function () {
    this.timeout(300_000);

    const masters = ["m1", "m2", "m3", "m4"];
    const workers = ["w1", "w2", "w3", "w4", "w5"];
    let cluster: StandInCluster;
    let keys: string[];
    before(async () => {
        cluster = await StandInCluster.start("plan");
        cluster.configure(cluster.config({}, masters, workers));
        cluster.stack.upOrThrow();
        // Nothing takes the labels, so this fails; the Kubernetes plugin is in the state afterwards.
        cluster.configure(labelled("ssd"));
        assert.match(cluster.stack.up().output, /configured Kubernetes cluster is unreachable/);
        pretendLabelsAreMade(cluster.stack);
        keys = privateKeysIn(cluster.stack.export("--show-secrets"));
        cluster.hosts.switchOff();
    });
    after(() => cluster?.remove());

    function labelled(disk: string, changes: Partial<ClusterConfig> = {}, used = masters): ClusterConfig {
        const config = cluster.config(changes, used, workers);
        const labels = { "example.com/disk": disk };
        return { ...config, workers: config.workers?.map((worker) => ({ ...worker, labels })) };
    }

    /** Plans twice: both times the same. The time is told, not judged: other work on the machine disturbs it. */
    function planTwice(stack: TestStack): PlannedOperation[] {
        const started = Date.now();
        const plan = stack.plan();
        console.log(`      (took ${((Date.now() - started) / 1000).toFixed(1)} s)`);
        assert.equal(told(stack.plan()), told(plan));
        return plan;
    }

    it("from nothing: the same twice; each step's name says host and step", () => {
        const empty = new TestStack("plan");
        try {
            empty.configure({ cluster: labelled("ssd", { network: { cni: "flannel" } }) });
            const plan = planTwice(empty);
            const steps = plan.filter(({ type }) => type === "command:remote:Command").map(({ name }) => name);
            const hosts = new Set(
                steps.flatMap((name) => /^plan-(lb|m\d|w\d)-[a-z]+(-[a-z]+)*$/.exec(name)?.[1] ?? []),
            );
            assert.deepEqual([...hosts].sort(), ["lb", ...masters, ...workers]);
            assert.deepEqual(
                steps.filter((name) => !/^plan-(lb|m\d|w\d)-/.test(name)),
                ["plan-first-master-found", "plan-kubeadm-addons"],
            );
        } finally {
            empty.remove();
        }
    });

    it("of a cluster that stands, another label: the nodes' labels only, the same twice", () => {
        cluster.configure(labelled("nvme"));
        assertGolden("plans/label-change.txt", told(planTwice(cluster.stack)));
    });

    it("as a difference: the one line of nginx's file that changes, and the step", () => {
        const config = labelled("ssd");
        const loadBalancer = { host: "127.0.0.10", ...config.loadBalancer, connectTimeoutSeconds: 5 };
        cluster.configure({ ...config, loadBalancer });
        assertGolden("diffs/nginx-setting.txt", lasting(cluster.stack.planAsDiff()));
    });

    it("of another version of Kubernetes: tells in which order it goes through the nodes", () => {
        cluster.configure(labelled("ssd", { kubernetesVersion: "1.36.9" }));
        assert.match(
            cluster.stack.planAsDiff(),
            /Kubernetes 1\.36\.3 to 1\.36\.9: programs and images on every host, .*; the masters one after another \(m1, m2, /,
        );
    });

    it("as a difference of growth: names host and step, shows no key", () => {
        cluster.configure(labelled("ssd", {}, [...masters, "m5"]));
        const text = cluster.stack.planAsDiff();
        assert.deepEqual(keysShownIn(text, keys), []);
        for (const step of ["host", "join", "node"]) {
            assert.match(text, new RegExp(`\\(create\\)\\s+\\[urn=\\S+::plan-m5-${step}\\]`));
        }
        assert.match(text, /^ +\+ +server 127\.0\.0\.15:6443 .*# m5$/m);
    });

    it("as a difference of another SSH key: names host and step, shows no key, neither old nor new", () => {
        const key = readFileSync(cluster.hosts.privateKeyFile("next"), "utf8");
        cluster.stack.configure({
            cluster: labelled("ssd", { ssh: { port: cluster.hosts.port } }),
            sshPrivateKey: key,
        });
        const text = cluster.stack.planAsDiff();
        assert.deepEqual(keysShownIn(text, [...keys, ...key.trim().split("\n")]), []);
        const updates = [...text.matchAll(/\(update\)\s+\[id=\S+\]\s+\[urn=\S+::plan-(\S+)\]/g)].map(
            ([, name]) => name,
        );
        const steps = (host: string) => ["host", "join", "node"].map((step) => `${host}-${step}`);
        const stages = masters.map((master) => `${master}-stage`);
        const balancer = ["lb-install-load-balancer", "lb-first-back-end", "lb-departures", "lb-back-ends"];
        const others = [...balancer, "first-master-found", "kubeadm-addons"];
        assert.deepEqual(updates.sort(), [...others, ...stages, ...[...masters, ...workers].flatMap(steps)].sort());
        assert.equal(text.match(/connection: \[secret\] => \[secret\]/g)?.length, updates.length);
    });
});

/** A difference without the ids that are others in every state, and without what is said only when it takes long. */
function lasting(text: string): string {
    return text
        .replace(/^@ previewing update\.+\n/gm, "")
        .replace(/\[id=\S+\]/g, "[id=…]")
        .replace(/::[0-9a-f-]{36}\]/g, "::…]");
}
