import { strict as assert } from "node:assert";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { LabCluster } from "../support/labCluster";

describe("a quorum that is lost for good, on real hosts @long", function () {
    this.timeout(600_000);
    this.bail(true);

    let cluster: LabCluster;
    let founding: string;

    before(async () => {
        cluster = new LabCluster("recover");
        await cluster.lab.up(["lb", "m1", "m2", "m3", "w1"]);
        declare("m1", "m2", "m3");
        cluster.stack.upOrThrow();
        await cluster.consistsOf(["m1", "m2", "m3"], ["w1"]);
        cluster.kubectl("create", "configmap", "kept", "--from-literal=written=before");
        founding = foundingOf();
    });
    after(() => cluster?.remove());

    it("is none while two of three masters live: nothing is touched", async () => {
        await cluster.lab.crash("m1");
        const members = await cluster.etcdMembers("m2");
        const { status, output } = cluster.stack.recover("m2");
        assert.match(output, /etcd has a quorum \(that of m2, m3 answers; ready is the API server at /);
        assert.equal(status, 1);
        assert.deepEqual(await cluster.etcdMembers("m2"), members);
    });

    it("is got over from the only master that comes back, which did not found the cluster: with all that was written", async () => {
        await cluster.lab.crash("m3");
        await cluster.lab.crash("m2");
        await cluster.lab.start("m2");
        const { status, output } = cluster.stack.recover("m2");
        assert.equal(status, 0, output);
        assert.deepEqual(await cluster.etcdMembers("m2"), ["m2 started"]);
        assert.deepEqual(nodes(), ["m2", "w1"]);
        assertKept();
    });

    it("leaves one pulumi up to three masters: one that is new under its old name, one under another", async () => {
        rmSync(join(cluster.lab.folder, "hosts", "m1"), { recursive: true });
        await cluster.lab.up(["m1", "m4"]);
        declare("m1", "m2", "m4");
        cluster.stack.upOrThrow();
        await cluster.consistsOf(["m1", "m2", "m4"], ["w1"]);
        assertKept();
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("keeps a master out that comes back with its old disk, until it may be reset", async () => {
        await cluster.lab.start("m3");
        declare("m1", "m2", "m3", "m4");
        assert.match(cluster.stack.up().output, /this host was node m3 of the cluster, and the cluster has evicted it/);
        assert.deepEqual(await cluster.etcdMembers("m2"), ["m1 started", "m2 started", "m4 started"]);
        cluster.stack.configure({ cluster: withReset("m1", "m2", "m3", "m4") });
        cluster.stack.upOrThrow();
        await cluster.consistsOf(["m1", "m2", "m3", "m4"], ["w1"]);
        assertKept();
    });

    function declare(...masters: string[]): void {
        cluster.stack.configure({ cluster: cluster.config(masters, ["w1"]) });
    }

    function withReset(...masters: string[]) {
        const config = cluster.config(masters, ["w1"]);
        return { ...config, masters: config.masters.map((master) => ({ ...master, reset: true })) };
    }

    function nodes(): string[] {
        return cluster.kubectl("get", "nodes", "--output=jsonpath={.items[*].metadata.name}").split(" ").sort();
    }

    /** Made by `kubeadm init`: its UID is that of the cluster. */
    function foundingOf(): string {
        return cluster.kubectl("get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}");
    }

    function assertKept(): void {
        assert.equal(cluster.kubectl("get", "configmap", "kept", "--output=jsonpath={.data.written}"), "before");
        assert.equal(foundingOf(), founding);
    }
});
