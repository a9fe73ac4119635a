import { strict as assert } from "node:assert";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { withoutResources } from "../support/earlierState";
import { LabCluster } from "../support/labCluster";

/** Each `it` continues from the one before. */
describe("an interrupted initialization of a cluster, on real hosts", function () {
    this.timeout(600_000);
    this.bail(true);

    let cluster: LabCluster;
    /** The state that the killed engine has left. */
    let withRecord: string;
    before(async () => {
        cluster = new LabCluster("init");
        await cluster.lab.up(["lb", "m1", "m2", "e1", "e2"]);
        declare("m1", "m2");
        await killEngineAt("m1: founds the cluster (kubeadm init)");
        await joined("m1");
        cluster.stack.clearInterruptedRun();
        withRecord = cluster.stack.export();
    });
    after(() => cluster?.remove());

    it("is not repeated on another host, even if the state has no record of the first: the hosts are asked", async () => {
        cluster.stack.import(withoutResources(withRecord, /-init-host$/));
        declare("m2", "m1");
        const { status, output } = cluster.stack.up();
        assert.notEqual(status, 0);
        assert.match(
            output,
            /m2: step found failed: the cluster exists already: m1 \(10\.\S+:6443\) answers with a certificate of this cluster's CA/,
        );
        assert.match(output, /what to do: set 'initMaster: m1', then run 'pulumi up' again/);
        await isNoMaster("m2");
    });

    it("is not repeated while a listed master is silent", async () => {
        await cluster.lab.cut("m1");
        const { status, output } = cluster.stack.up();
        assert.notEqual(status, 0);
        assert.match(output, /m2: step found failed: m1 \(10\.\S+:6443\) does not answer, so it cannot be known/);
        await isNoMaster("m2");
        await cluster.lab.heal("m1");
    });

    it("goes on at the host that the state records, in whatever order the masters are listed", async () => {
        cluster.stack.import(withRecord);
        const { output } = cluster.stack.upOrThrow();
        assert.match(output, /m1: the cluster has been founded here already/);
        await cluster.consistsOf(["m1", "m2"], []);
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("goes on at the host that initMaster names, if the state has lost both the act and the record", async () => {
        cluster.stack.import(withoutResources(cluster.stack.export(), /-(init-host|first-master-found)$/));
        declare("m2", "m1");
        cluster.stack.configure({ cluster: cluster.config(["m2", "m1"], [], { initMaster: "m1" }) });
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        declare("m2", "m1");
        assert.deepEqual(cluster.stack.plan(), []);
        await cluster.consistsOf(["m1", "m2"], []);
    });

    it("finds itself done on any master that has joined", async () => {
        cluster.stack.import(withoutResources(cluster.stack.export(), /-(init-host|first-master-found)$/));
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        await cluster.consistsOf(["m1", "m2"], []);
    });

    it("is not repeated for an external etcd on another host: the hosts are asked, and the recorded one goes on @long", async () => {
        cluster.stack.destroyOrThrow();
        declareEtcd("e1", "e2");
        await killEngineAt("e1: founds etcd");
        await joined("e1");
        cluster.stack.clearInterruptedRun();
        withRecord = cluster.stack.export();
        cluster.stack.import(withoutResources(withRecord, /-etcd-init-host$/));
        declareEtcd("e2", "e1");
        const { status, output } = cluster.stack.up();
        assert.notEqual(status, 0);
        assert.match(
            output,
            /e2: step found-etcd failed: the cluster exists already: e1 \(10\.\S+:2379\) answers with/,
        );
        assert.match(output, /what to do: set 'etcd\.initHost: e1'/);
        await isNoMaster("e2");
        cluster.stack.import(withRecord);
        assert.match(cluster.stack.upOrThrow().output, /e1: etcd has been founded here already/);
        assert.deepEqual(cluster.readyNodes(), ["m1"]);
        assert.deepEqual(await cluster.etcdMembers("e1"), ["e1 started", "e2 started"]);
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("goes on at another host that initMaster names, if the recorded one is lost: the load balancer follows @long", async () => {
        cluster.stack.destroyOrThrow();
        declare("m1", "m2");
        await killEngineAt("m1: founds the cluster (kubeadm init)");
        await cluster.lab.crash("m1");
        cluster.stack.clearInterruptedRun();
        const { masters, ...config } = cluster.config(["m1", "m2"], []);
        const [m1, m2] = masters;
        const withoutM1 = { ...config, masters: [{ ...m1, lost: true }, m2] };
        cluster.stack.configure({ cluster: withoutM1 });
        const { output } = cluster.stack.up();
        assert.match(output, /m2: step found failed: the stack's state records that m1 initializes the cluster/);
        cluster.stack.configure({ cluster: { ...withoutM1, initMaster: "m2" } });
        cluster.stack.upOrThrow();
        declare("m2");
        cluster.stack.upOrThrow();
        await cluster.consistsOf(["m2"], []);
        assert.deepEqual(cluster.stack.plan(), []);
    });

    function declare(...masters: string[]): void {
        cluster.stack.configure({ cluster: cluster.config(masters, []) });
    }

    function declareEtcd(...members: string[]): void {
        const hosts = members.map((name) => ({ name, host: cluster.lab.host(name).address }));
        cluster.stack.configure({ cluster: cluster.config(["m1"], [], { etcd: { topology: "external", hosts } }) });
    }

    async function killEngineAt(words: string): Promise<void> {
        let said = "";
        const engine = cluster.stack.startUp((more) => {
            said += more;
            if (said.includes(words)) {
                engine.kill("SIGKILL");
            }
        });
        const [status] = await once(engine, "exit");
        assert.equal(status, null, `the engine ended by itself:\n${said}`);
    }

    /** Its step goes on without the engine. */
    async function joined(host: string): Promise<void> {
        for (let seconds = 0; seconds < 180; seconds++) {
            const { stdout } = await cluster.lab.ssh(host, "cat /var/lib/kubeadm-ha/joined 2>/dev/null; true");
            if (stdout !== "") {
                return;
            }
            await sleep(1000);
        }
        assert.fail(`${host} has not joined after 180 s`);
    }

    async function isNoMaster(host: string): Promise<void> {
        const { stdout } = await cluster.lab.ssh(host, "ls /etc/kubernetes/manifests /var/lib/etcd 2>/dev/null; true");
        assert.doesNotMatch(stdout, /yaml|member/);
    }
});
