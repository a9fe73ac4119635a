import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import type { LabCluster } from "../support/labCluster";
import { Writer } from "../support/writer";

/** The load balancer's health check on a cluster with these three masters: no file of its own, as a cluster takes long to make. */
export function testHealthCheck(masters: string[], made: () => LabCluster): void {
    let cluster: LabCluster;
    before(() => {
        cluster = made();
    });

    it("takes out a master that does not answer it, and back in; no request fails, and watches stay open", async () => {
        const { watchBreaks } = await cluster.underWrites(async () => {
            await refuseHealthCheck("m2");
            await until(["m2"]);
            await admitHealthCheck("m2");
            await until([]);
        });
        assert.deepEqual(watchBreaks, []);
    });

    it("leads to all while none answers it", async () => {
        await Promise.all(masters.map(refuseHealthCheck));
        try {
            await sleep(6000);
            assert.deepEqual(await down(), []);
        } finally {
            await Promise.all(masters.map(admitHealthCheck));
        }
    });

    it("leads elsewhere while an API server restarts: no request fails, and watches at the others stay open", async () => {
        const { watchBreaks } = await cluster.underWrites(async () => {
            await changeManifest("m2");
            await until(["m2"]);
            await until([]);
        });
        // Those at m2 end together; the others live on when nginx is reloaded.
        assert.ok(watchBreaks.length < 6, `all watches broke: ${watchBreaks}`);
        const [first, last] = [watchBreaks[0], watchBreaks[watchBreaks.length - 1]].map((time) =>
            Date.parse(time ?? 0),
        );
        assert.ok(last - first < 2000, `watches broke one after another: ${watchBreaks}`);
    });

    it("leads elsewhere while a master reboots: no request fails", async () => {
        await cluster.underWrites(async () => {
            await cluster.lab.stop("m2");
            assert.deepEqual(await down(), ["m2"]);
            await cluster.lab.start("m2");
            await until([]);
        });
    });

    it("leads elsewhere when a master dies: at most one request of each connection to it fails", async () => {
        const writer = await Writer.start(cluster.kubeconfigFile());
        await sleep(1000);
        await cluster.lab.crash("m2");
        await until(["m2"]);
        await sleep(12_000); // longer than the writer waits for an answer
        const { failures, written, slowest } = await writer.stop();
        assert.ok(
            failures.length <= 2 && failures.every((words) => words.includes("no answer in 10 s")),
            failures.join(),
        );
        console.log(`      (${written.length} writes, the slowest took ${slowest} ms)`);
        await cluster.lab.start("m2");
        await until([]);
    });

    /** From now on the host refuses new connections from the load balancer; those that are open live on. */
    async function refuseHealthCheck(host: string): Promise<void> {
        await cluster.lab.ssh(host, `iptables --insert ${ruleAgainstLoadBalancer()}`);
    }

    async function admitHealthCheck(host: string): Promise<void> {
        await cluster.lab.ssh(host, `iptables --delete ${ruleAgainstLoadBalancer()}`);
    }

    function ruleAgainstLoadBalancer(): string {
        const { address } = cluster.lab.host("lb");
        return `INPUT --protocol tcp --dport 6443 --syn --source ${address} --jump REJECT --reject-with tcp-reset`;
    }

    /** As kubeadm does in an upgrade: kubelet then ends the API server and starts it anew. */
    async function changeManifest(host: string): Promise<void> {
        const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";
        await cluster.lab.ssh(host, `sed -i 's/^  annotations:$/&\\n    test: "${Date.now()}"/' ${manifest}`);
    }

    /** The masters that nginx does not lead to. */
    async function down(): Promise<string[]> {
        const { stdout } = await cluster.lab.ssh(
            "lb",
            "sed -n 's/^ *server .* down; # //p' /etc/kubeadm-ha/nginx.conf",
        );
        return stdout.split("\n").filter(Boolean);
    }

    /** Waits until nginx leads to all but these, and tells how long that took. */
    async function until(expected: string[]): Promise<void> {
        const started = Date.now();
        for (let now = await down(); now.join() !== expected.join(); now = await down()) {
            assert.ok(
                Date.now() - started < 120_000,
                `down: ${now.join() || "none"}, not ${expected.join() || "none"}`,
            );
            await sleep(200);
        }
        console.log(
            `      (down: ${expected.join() || "none"}, after ${((Date.now() - started) / 1000).toFixed(1)} s)`,
        );
    }
}
