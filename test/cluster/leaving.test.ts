import { strict as assert } from "node:assert";
import type { ClusterConfig } from "../../config/schema";
import { LabCluster } from "../support/labCluster";

/** Two pods of a Deployment on w1, of which a PodDisruptionBudget lets none go. */
const guarded = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: guarded }
spec:
  replicas: 2
  selector: { matchLabels: { app: guarded } }
  template:
    metadata: { labels: { app: guarded } }
    spec:
      nodeSelector: { kubernetes.io/hostname: w1 }
      terminationGracePeriodSeconds: 1
      containers:
        - { name: sleeper, image: "ghcr.io/flannel-io/flannel:v0.28.4", imagePullPolicy: Never, command: [sleep, infinity] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: guarded }
spec: { maxUnavailable: 0, selector: { matchLabels: { app: guarded } } }
`;

type Masters = ClusterConfig["masters"];

describe("leaving, on real hosts", function () {
    this.timeout(900_000);
    this.bail(true);

    let cluster: LabCluster;
    const five = ["m1", "m2", "m3", "m4", "m5"];
    const workers = ["w1", "w2"];

    before(async () => {
        cluster = new LabCluster("leaving");
        await cluster.lab.up(["lb", ...five, ...workers]);
        declare(five);
        cluster.stack.upOrThrow();
        await cluster.consistsOf(five, workers);
    });
    after(() => cluster?.remove());

    it("five to three, the founding master among those who go: no request fails", () => shrinkTo(["m2", "m3", "m5"]));

    it("initializes nothing again when another plugin makes other inputs and the founder has left: no request fails", async () => {
        await cluster.leaveAsVersion010();
        const updates = cluster.stack.plan().filter(({ operation }) => operation === "update");
        for (const name of ["leaving-first-master-found", "leaving-lb-first-back-end", "leaving-m2-join"]) {
            assert.ok(
                updates.some((update) => update.name === name && update.changed.includes("connection")),
                name,
            );
        }
        const { watchBreaks } = await cluster.underWrites(() => cluster.stack.upOrThrow());
        assert.deepEqual(watchBreaks, []);
        await cluster.consistsOf(["m2", "m3", "m5"], workers);
        assert.deepEqual(cluster.stack.plan(), []);
        const { stdout } = await cluster.lab.ssh("m1", "ls /etc/kubernetes/manifests /var/lib/etcd 2>/dev/null; true");
        assert.doesNotMatch(stdout, /yaml|member/);
    });

    it("three to one: no request fails", () => shrinkTo(["m5"]));

    it("one to three, on hosts that have left before: no request fails, and watches stay open", async () => {
        declare(["m1", "m2", "m5"]);
        const { watchBreaks } = await cluster.underWrites(() => cluster.stack.upOrThrow());
        assert.deepEqual(watchBreaks, []);
        await cluster.consistsOf(["m1", "m2", "m5"], workers);
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("passes kubeadm's own end-to-end suite afterwards @long", async () => {
        const { status, output } = await cluster.kubeadmSuite("m1");
        assert.equal(status, 0, output);
        assert.match(output, /Ran 32 of \d+ Specs/);
    });

    it("does not evict one that was declared lost and lives", async () => {
        declare(["m1", "m2", "m5"], { m1: { lost: true } });
        assert.match(cluster.stack.up().output, /m1 is declared lost, but (its node is Ready|its etcd member answers)/);
    });

    it("does not add a master while one is dead that was not declared lost", async () => {
        await cluster.lab.crash("m2");
        await refusesAndTouchesNothing(
            ["m1", "m2", "m3", "m5"],
            /etcd takes no new member while one is dead, and that of m2 does not answer(.*\n)*.*'lost: true'/,
        );
    });

    it("replaces a master that was declared lost by another one, in one go: the dead member goes first", async () => {
        cluster.kubectl("wait", "--for=condition=Ready=Unknown", "node/m2", "--timeout=120s");
        declare(["m1", "m2", "m3", "m5"], { m2: { lost: true } });
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        await cluster.consistsOf(["m1", "m3", "m5"], workers);
        declare(["m1", "m3", "m5"]);
        cluster.stack.upOrThrow();
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("does not take a host that was evicted until it may be reset", async () => {
        await cluster.lab.start("m2");
        declare(["m1", "m2", "m3", "m5"]);
        assert.match(cluster.stack.up().output, /this host was node m2 of the cluster, and the cluster has evicted it/);
        declare(["m1", "m2", "m3", "m5"], { m2: { reset: true } });
        cluster.stack.upOrThrow();
        await cluster.consistsOf(["m1", "m2", "m3", "m5"], workers);
    });

    it("does not take a host of another cluster until it may be reset @long", async () => {
        await cluster.lab.ssh(
            "m4",
            "mkdir -p /etc/kubernetes/manifests && echo {} > /etc/kubernetes/manifests/other.yaml",
        );
        await refusesAndTouchesNothing(
            five,
            /m4.*: step prepare failed: this host belongs to a cluster that kubeadm-ha did not make/,
        );
        declare(five, { m4: { reset: true } });
        cluster.stack.upOrThrow();
        await cluster.consistsOf(five, workers);
    });

    it("does not take another host under the name of one that lives @long", async () => {
        const { stdout } = await cluster.lab.ssh("w2", "cat /etc/machine-id");
        declare(five);
        const { masters, workers: both = [], ...rest } = cluster.config(five, workers);
        const elsewhere = (hosts: Masters, name: string) =>
            hosts.map((host) => (host.name === name ? { ...host, host: both[1].host } : host));
        const withWorker = { ...rest, masters, workers: elsewhere(both.slice(0, 1), "w1") };
        cluster.stack.configure({ cluster: withWorker });
        assert.match(
            cluster.stack.up().output,
            /this host is node w2 of the cluster, and the configuration calls it w1/,
        );
        declare(five, {}, ["w1"]);
        cluster.stack.upOrThrow();
        cluster.stack.configure({ cluster: withWorker });
        assert.match(
            cluster.stack.up().output,
            /This host has not joined: the entry of this name was that of another one/,
        );
        declare(five, {}, ["w1"]);
        cluster.stack.upOrThrow();
        cluster.stack.configure({
            cluster: { ...rest, masters: elsewhere(masters, "m5"), workers: both.slice(0, 1) },
        });
        assert.match(
            cluster.stack.up().output,
            new RegExp(`another host is node m5 of the cluster already .*this one's is ${stdout.trim()}`),
        );
    });

    it("gives a master's place to a new one in one go: the new one joins before the old one leaves @long", async () => {
        const four = five.slice(1);
        declare(four, {}, ["w1"]);
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        declare(["m1", ...four.slice(0, -1)], {}, ["w1"]);
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        await cluster.consistsOf(five.slice(0, -1), ["w1"]);
    });

    it("drains a worker as its pods allow it, and takes pods on it again @long", async () => {
        cluster.apply(guarded);
        cluster.kubectl("rollout", "status", "deployment/guarded", "--timeout=60s");
        const drained = { w1: { drained: true } };
        declare(five.slice(0, -1), drained, ["w1"], { drain: { timeoutSeconds: 10 } });
        assert.match(
            cluster.stack.up().output,
            /could not be drained within 10 s; it is cordoned, and these pods stay: default\/guarded-\S+, default\/guarded-/,
        );
        declare(five.slice(0, -1), drained, ["w1"], { drain: { timeoutSeconds: 10, onTimeout: "delete" } });
        cluster.stack.upOrThrow();
        assert.equal(cordoned("w1"), "true");
        assert.equal(cluster.kubectl("get", "pods", "--field-selector=spec.nodeName=w1", "--output=name"), "");
        declare(five.slice(0, -1), {}, ["w1"]);
        cluster.stack.upOrThrow();
        assert.equal(cordoned("w1"), "");
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("says 'lost' when the entry of a dead worker was deleted, and then forgets it @long", async () => {
        const masters = five.slice(0, -1);
        await cluster.lab.crash("w1");
        cluster.kubectl("wait", "--for=condition=Ready=Unknown", "node/w1", "--timeout=120s");
        declare(masters, {}, []);
        assert.match(cluster.stack.up().output, /w1 should leave the cluster, but does not answer/);
        declare(masters, { w1: { lost: true } }, ["w1"]);
        cluster.stack.upOrThrow();
        declare(masters, {}, []);
        cluster.stack.upOrThrow();
        await cluster.consistsOf(masters, []);
    });

    it("does not let a living master go when two of five are dead: etcd would lose its quorum", async () => {
        declare(five, {}, []);
        cluster.stack.upOrThrow();
        await cluster.lab.crash("m4");
        await cluster.lab.crash("m5");
        await refusesAndTouchesNothing(
            ["m2", "m3", "m4", "m5"],
            /without m1 etcd would lose its quorum: of the 4 masters that stay 2 are healthy, and 3 are needed/,
            [],
        );
    });

    it("does not shrink five to two of which one is dead", () =>
        refusesAndTouchesNothing(["m1", "m4"], /m5 should leave the cluster, but does not answer/, []));

    it("says 'lost' when the entry of a dead master was deleted", () =>
        refusesAndTouchesNothing(
            ["m1", "m2", "m3", "m4"],
            /m5 should leave the cluster, but does not answer(.*\n)*.*put its entry back into the configuration with 'lost: true'/,
            [],
        ));

    it("is destroyed in one go when the API server is gone already, and the hosts are clean", async () => {
        await cluster.lab.start("m4");
        await cluster.lab.start("m5");
        for (const name of five) {
            await cluster.lab.ssh(
                name,
                "rm /etc/kubernetes/manifests/*.yaml; pkill -9 -x kube-apiserver; pkill -9 -x etcd; true",
            );
        }
        cluster.stack.destroyOrThrow();
        for (const name of five) {
            const { stdout } = await cluster.lab.ssh(
                name,
                "ls /etc/kubernetes /var/lib/etcd; iptables-save | grep -c KUBE-; systemctl is-active kubelet; true",
            );
            assert.doesNotMatch(stdout, /\.conf|member|^active|^[1-9]/m, `${name}: ${stdout}`);
        }
    });

    /** Configures these hosts; `particulars` are further settings of some, by name. */
    function declare(
        masters: string[],
        particulars: Record<string, Partial<Masters[number]>> = {},
        workerNames = workers,
        changes: Partial<ClusterConfig> = {},
    ): void {
        const config = cluster.config(masters, workerNames, changes);
        const withParticulars = (hosts: Masters = []) => hosts.map((host) => ({ ...host, ...particulars[host.name] }));
        cluster.stack.configure({
            cluster: {
                ...config,
                masters: withParticulars(config.masters),
                workers: withParticulars(config.workers),
            },
        });
    }

    /** `pulumi up` with these masters fails with these words, and load balancer, etcd and Nodes are as before. */
    async function refusesAndTouchesNothing(masters: string[], words: RegExp, workerNames = workers): Promise<void> {
        const state = async () => ({
            backEnds: await cluster.backEnds(),
            members: await cluster.etcdMembers("m1"),
            nodes: cluster.kubectl("get", "nodes", "--output=name"),
        });
        const before = await state();
        declare(masters, {}, workerNames);
        const { status, output } = cluster.stack.up();
        assert.notEqual(status, 0);
        assert.match(output, words);
        assert.deepEqual(await state(), before);
    }

    /** Those who go lose their watches when their API server ends, not when the load balancer drops them; nothing else breaks. */
    async function shrinkTo(masters: string[]): Promise<void> {
        const leaving = (await cluster.backEnds()).length === 5 ? five : ["m2", "m3", "m5"];
        const gone = leaving.filter((name) => !masters.includes(name));
        declare(masters);
        const { watchBreaks } = await cluster.underWrites(() => cluster.stack.upOrThrow());
        const apiServersEnded = await Promise.all(gone.map((name) => timeOf("leave", "ends its API server", name)));
        const early = watchBreaks.filter((time) => Date.parse(time) < Math.min(...apiServersEnded));
        assert.deepEqual(early, [], `watches that ended before any API server did (${apiServersEnded})`);
        for (const name of gone) {
            const { stdout } = await cluster.lab.ssh(name, "grep 'move-leader' /var/log/kubeadm-ha/leave.log || true");
            assert.equal(stdout, "", "etcd did not hand its leadership over when it was asked by HTTP, as is quicker");
        }
        await cluster.consistsOf(masters, workers);
    }

    /** When a step on a host logged these words last. */
    async function timeOf(step: string, words: string, host: string): Promise<number> {
        const { stdout } = await cluster.lab.ssh(
            host,
            `grep '${words}' /var/log/kubeadm-ha/${step}.log | tail -n 1; date +%z`,
        );
        const [line, zone] = stdout.trim().split("\n");
        return Date.parse(`${line.split(" ")[0]}${zone}`);
    }

    function cordoned(node: string): string {
        return cluster.kubectl("get", "node", node, "--output=jsonpath={.spec.unschedulable}");
    }
});
