import { strict as assert } from "node:assert";
import type { ClusterConfig } from "../../config/schema";
import { HandMadeCluster } from "../support/handMade";
import { hello } from "../support/helloWorkload";
import { LabCluster } from "../support/labCluster";
import { Writer, type WriterReport } from "../support/writer";

const containerId = "--output=jsonpath={.status.containerStatuses[0].containerID}";

describe("taking over a cluster that was made by hand", function () {
    this.timeout(900_000);
    this.bail(true);

    const three = ["m1", "m2", "m3"];
    let cluster: LabCluster;
    let handMade: HandMadeCluster;
    let container: string;

    before(async () => {
        cluster = new LabCluster("adopt");
        await cluster.lab.up(["lb", ...three, "w1"]);
        handMade = new HandMadeCluster(cluster, "m1");
        await handMade.make({ workers: ["w1"] });
        await handMade.apply(hello);
        await handMade.kubectl("wait --for=condition=Ready pod/hello --timeout=120s");
        container = await containerOfWorkload();
    });
    after(() => cluster?.remove());

    it("is refused where the networks differ, before anything changes", async () => {
        declare(three, { network: { cni: "none", podSubnet: "10.32.0.0/16" } });
        const { status, output } = cluster.stack.up();
        assert.notEqual(status, 0);
        assert.match(output, /podSubnet is "10\.244\.0\.0\/16" in the cluster, and "10\.32\.0\.0\/16" in the config/);
        const { stdout } = await cluster.lab.ssh("m1", "ls -d /etc/kubeadm-ha /var/lib/kubeadm-ha 2>&1; true");
        assert.doesNotMatch(stdout, /^\//m);
        const onBalancer = await cluster.lab.ssh("lb", "systemctl is-active kubeadm-ha-load-balancer || true");
        assert.equal(onBalancer.stdout.trim(), "inactive");
    });

    describe("with one master and a worker, without an endpoint", () => {
        let old: WriterReport;
        let through: WriterReport;

        it("becomes three masters and the worker behind the load balancer, by one pulumi up", async () => {
            declare(three);
            const oldAddress = `${cluster.lab.host("m1").address}:6443`;
            const endpoint = `${cluster.lab.host("lb").address}:6443`;
            const endpointFile = await handMade.kubeconfigFile("through-endpoint", endpoint);
            const oldWriter = await Writer.start(await handMade.kubeconfigFile("old-address", oldAddress));
            let endpointWriter: Promise<Writer> | undefined;
            const started = Date.now();
            const { status, output } = await cluster.stack.upWatched((said) => {
                if (said.includes("the cluster is taken over")) {
                    endpointWriter ??= Writer.start(endpointFile);
                }
            });
            const seconds = ((Date.now() - started) / 1000).toFixed(1);
            old = await oldWriter.stop();
            assert.equal(status, 0, output);
            through = await (await (endpointWriter as Promise<Writer>)).stop();
            console.log(`      (took ${seconds} s)`);
            await cluster.consistsOf(three, ["w1"]);
        });

        it("serves all requests through the endpoint from the switch on", () => {
            assert.deepEqual(through.failures, []);
            assert.ok(through.written.length > 100, `${through.written.length} writes`);
        });

        it("serves those to the old address but for the API server's restart", async () => {
            const begin = await timeOf("restarts its API server");
            const end = await timeOf("its API server answers to");
            const failed = old.failures.map((failure) => Date.parse(failure.split(" ")[0]));
            console.log(
                `      (restart ${(end - begin) / 1000} s; ${failed.length} of ${old.written.length} requests failed, over ${(Math.max(...failed) - Math.min(...failed)) / 1000} s)`,
            );
            assert.deepEqual(
                failed.filter((time) => time < begin || time > end + 1000),
                [],
                old.failures.join("\n"),
            );
        });

        it("leaves the workload running", async () => assert.equal(await containerOfWorkload(), container));

        it("leads every kubeconfig where it belongs, and keeps the names that the API server had", async () => {
            const server = (host: string, file: string) => `grep -h server: /etc/kubernetes/${file}.conf # ${host}`;
            const at = async (host: string, file: string) =>
                (await cluster.lab.ssh(host, server(host, file))).stdout.trim().replace(/^server: https:\/\//, "");
            const [m1, lb] = ["m1", "lb"].map((host) => `${cluster.lab.host(host).address}:6443`);
            assert.deepEqual(await Promise.all([at("m1", "admin"), at("m1", "super-admin"), at("w1", "kubelet")]), [
                lb,
                lb,
                lb,
            ]);
            assert.deepEqual(
                await Promise.all([at("m1", "kubelet"), at("m1", "scheduler"), at("m1", "controller-manager")]),
                [m1, m1, m1],
            );
            const { stdout } = await cluster.lab.ssh(
                "m1",
                "openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -ext subjectAltName; ls /var/lib/kubeadm-ha/before-adoption",
            );
            assert.match(stdout, /old-name\.example\.com/);
            assert.doesNotMatch(stdout, /apiserver\.key/);
        });

        it("plans nothing for the same configuration", () => {
            assert.deepEqual(cluster.stack.plan(), []);
        });

        it("passes kubeadm's own end-to-end suite @long", async () => {
            const { status, output } = await cluster.kubeadmSuite("m2");
            assert.equal(status, 0, output);
            assert.match(output, /Ran 32 of \d+ Specs/);
        });

        it("grows to five masters, and then the adopted one leaves; no request fails @long", async () => {
            await cluster.lab.up(["m4", "m5"]);
            declare([...three, "m4", "m5"]);
            await cluster.underWrites(() => cluster.stack.upOrThrow());
            const four = ["m2", "m3", "m4", "m5"];
            declare(four);
            await cluster.underWrites(() => cluster.stack.upOrThrow());
            await cluster.consistsOf(four, ["w1"]);
            assert.deepEqual(cluster.stack.plan(), []);
            assert.equal(cluster.kubectl("get", "pod", "hello", containerId), container);
        });

        it("keeps its PKI, and is not adopted again, when another plugin makes other inputs: no request fails", async () => {
            const masters = cluster.readyNodes().filter((name) => name.startsWith("m"));
            await cluster.leaveAsVersion010();
            declare([...masters].reverse());
            await cluster.underWrites(() => cluster.stack.upOrThrow());
            await cluster.consistsOf(masters, ["w1"]);
            assert.deepEqual(cluster.stack.plan(), []);
            assert.equal(cluster.kubectl("get", "pod", "hello", containerId), container);
        });

        it("is refused by every host where adopt: true is forgotten @long", () => {
            cluster.stack.configure({ cluster: cluster.config(["m2", "m3", "m4", "m5"], ["w1"]) });
            const { status, output } = cluster.stack.up();
            assert.notEqual(status, 0);
            assert.match(
                output,
                /this host is node m2 of a cluster that was taken over, and the configuration no longer/,
            );
            declare(["m2", "m3", "m4", "m5"]);
            cluster.stack.upOrThrow();
        });
    });

    /** Configures these masters, the first one being adopted, and the worker. */
    function declare(masters: string[], changes: Partial<ClusterConfig> = {}): void {
        const config = cluster.config(masters, ["w1"], { network: { cni: "none" }, ...changes });
        const [first, ...others] = config.masters;
        cluster.stack.configure({ cluster: { ...config, masters: [{ ...first, adopt: true }, ...others] } });
    }

    async function containerOfWorkload(): Promise<string> {
        return handMade.kubectl(`get pod hello ${containerId}`);
    }

    /** When the step `adopt` said these words. */
    async function timeOf(words: string): Promise<number> {
        const { stdout } = await cluster.lab.ssh(
            "m1",
            `grep -h '${words}' /var/log/kubeadm-ha/adopt.log | tail -n 1; date +%z`,
        );
        const [line, zone] = stdout.trim().split("\n");
        return Date.parse(`${line.split(" ")[0]}${zone}`);
    }
});
