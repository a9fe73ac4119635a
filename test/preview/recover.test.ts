import { strict as assert } from "node:assert";
import { assertGolden } from "../support/golden";
import { StandInCluster } from "../support/standInCluster";
import { told } from "../support/told";

/** npm run recover, by the real engine and plugins, on hosts that say what they are told to. */
describe("the recovery of a lost quorum", function () {
    this.timeout(300_000);
    this.bail(true);

    let cluster: StandInCluster;
    let connections: number;
    const masters = ["m1", "m2", "m3"];
    before(async () => {
        cluster = await StandInCluster.start("plan");
        cluster.configure(cluster.config({}, masters));
        cluster.stack.upOrThrow();
        connections = cluster.hosts.connections();
    });
    after(() => cluster?.remove());

    it("asks masters and load balancer, and does nothing where one of them sees a quorum", () => {
        answer("etcd=no-quorum\nindex=70\n", "etcd=no-quorum\nindex=60\n", "etcd=no-quorum\nindex=70\n");
        cluster.hosts.answer("127.0.0.10", "etcd=none\nready=127.0.0.12:6443\n");
        const { status, output } = cluster.stack.recover("m1");
        assert.equal(status, 1);
        assertGolden("recover/refused.txt", output);
        assert.equal(cluster.hosts.connections() - connections, masters.length + 1);
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("does not know every master", () => {
        assert.match(
            cluster.stack.recover("w1").output,
            /w1 is no master in this stack's state\. Its masters: m1, m2, m3/,
        );
    });

    it("does what it says, and the next pulumi up joins the others again, and touches nothing else", () => {
        cluster.hosts.answer("127.0.0.10", "etcd=none\n");
        const { status, output } = cluster.stack.recover("m1");
        assert.equal(status, 0, output);
        assertGolden("recover/done.txt", output);
        assertGolden("plans/recovered.txt", told(cluster.stack.plan()));
    });

    it("others may come in their places: nothing is run on the old ones", () => {
        cluster.configure(cluster.config({}, ["m1", "m2", "m4"]));
        assertGolden("plans/recovered-by-new-name.txt", told(cluster.stack.plan()));
        const before = cluster.hosts.connections();
        cluster.stack.upOrThrow();
        // prepare and join of two masters, departures and back ends
        assert.equal(cluster.hosts.connections() - before, 6);
        assert.deepEqual(cluster.stack.plan(), []);
    });

    function answer(...words: string[]): void {
        words.forEach((said, index) => {
            cluster.hosts.answer(`127.0.0.1${index + 1}`, said);
        });
    }
});
