import { strict as assert } from "node:assert";
import type { ClusterConfig } from "../../config/schema";
import { earlierVersions } from "../../toolchain/kubernetes/releases";
import { HandMadeCluster } from "../support/handMade";
import { LabCluster } from "../support/labCluster";

/** nginx as a person sets it up before the masters. */
const ownLoadBalancer = (addresses: string[]) => `include /etc/nginx/modules-enabled/*.conf;
events {}
stream {
  upstream api { ${addresses.map((address) => `server ${address}:6443 max_fails=1 fail_timeout=2s;`).join(" ")} }
  server { listen 6443; proxy_pass api; proxy_connect_timeout 1s; }
}
`;

describe("taking over other clusters that were made by hand @long", function () {
    this.timeout(900_000);
    this.bail(true);

    const three = ["m1", "m2", "m3"];
    let cluster: LabCluster;
    let handMade: HandMadeCluster;

    describe("three masters behind a load balancer of one's own, at a DNS name", () => {
        before(async () => {
            cluster = new LabCluster("adopt-ha");
            await cluster.lab.up(["lb", ...three, "w1"]);
            await startOwnLoadBalancer("lb");
            handMade = new HandMadeCluster(cluster, "m1");
            await handMade.make({ endpoint: "lb:6443", masters: ["m2", "m3"], workers: ["w1"] });
        });
        after(() => cluster?.remove());

        it("refuses to take over one of them alone", async () => {
            declare(["m1"], { loadBalancer: undefined, endpoint: "lb:6443" });
            const { status, output } = cluster.stack.up();
            assert.notEqual(status, 0);
            assert.match(output, /m2 is a master of this cluster, and the configuration does not say so/);
        });

        it("takes over all three, and keeps the load balancer", async () => {
            declare(three, { loadBalancer: undefined, endpoint: "lb:6443" });
            cluster.stack.upOrThrow();
            assert.deepEqual(
                await cluster.etcdMembers("m1"),
                three.map((name) => `${name} started`),
            );
            for (const host of three) {
                const { stdout } = await cluster.lab.ssh(host, "cat /etc/kubernetes/manifests/kube-apiserver.yaml");
                assert.match(stdout, /--shutdown-delay-duration=7s/, host);
            }
            assert.deepEqual(cluster.stack.plan(), []);
        });

        it("lets one of them leave, and takes a new worker", async () => {
            await cluster.lab.up(["w2"]);
            declare(["m2", "m3"], { loadBalancer: undefined, endpoint: "lb:6443" }, ["w1", "w2"]);
            cluster.stack.upOrThrow();
            assert.equal(
                await new HandMadeCluster(cluster, "m2").kubectl(
                    "get nodes --output=jsonpath={.items[*].metadata.name}",
                ),
                "m2 m3 w1 w2",
            );
        });
    });

    describe("three masters whose load balancer is replaced by ours", () => {
        before(async () => {
            cluster = new LabCluster("adopt-lb");
            await cluster.lab.up(["lb", ...three, "w1", "w2"]);
            await startOwnLoadBalancer("w2");
            handMade = new HandMadeCluster(cluster, "m1");
            await handMade.make({ endpoint: "w2:6443", masters: ["m2", "m3"], workers: ["w1"] });
        });
        after(() => cluster?.remove());

        it("is led to ours: nothing asks the old one any more", async () => {
            declare(three, {}, ["w1"], three);
            cluster.stack.upOrThrow();
            await cluster.consistsOf(three, ["w1"]);
            await cluster.lab.crash("w2");
            for (const host of [...three, "w1"]) {
                const { stdout } = await cluster.lab.ssh(host, "grep -l w2:6443 -r /etc/kubernetes || true");
                assert.equal(stdout, "", host);
            }
            assert.deepEqual(cluster.readyNodes(), [...three, "w1"]);
            assert.deepEqual(cluster.stack.plan(), []);
        });
    });

    describe("one master at a DNS name, a worker that is not listed, and cuts", () => {
        let said = "";

        before(async () => {
            cluster = new LabCluster("adopt-cut");
            await cluster.lab.up(["lb", ...three, "w1", "w2"]);
            handMade = new HandMadeCluster(cluster, "m1");
            await handMade.make({ endpoint: "m1:6443", workers: ["w1", "w2"] });
        });
        after(() => cluster?.remove());

        // What the steps' logs say: the commands too.
        for (const [host, step, words] of [
            ["m1", "inspect", "workers of the cluster"],
            ["m1", "adopt", "takes over its cluster"],
            ["m1", "adopt", "$ kubeadm init phase certs apiserver"],
            ["m1", "adopt", "gives its API server a certificate"],
            ["m1", "adopt", "restarts its API server"],
            ["m1", "adopt", "$ systemctl stop kubelet"],
            ["m1", "adopt", "$ kubeadm init phase upload-config"],
            ["m1", "adopt", "$ kube replace"],
            ["m1", "adopt", "patch daemonset kube-proxy"],
            ["w1", "join", "$ systemctl restart kubelet"],
        ]) {
            it(`is cut off on ${host}, in ${step}, after "${words}"`, async () => {
                declare(three);
                said += await cluster.upCutOff(host, step, words);
            });
        }

        it("is finished by one more pulumi up; the worker that is not listed was named", async () => {
            declare(three);
            said += cluster.stack.upOrThrow().output;
            assert.match(said, /still led to the old address: w2\. Run on each of them/);
            assert.deepEqual(cluster.readyNodes(), [...three, "w1", "w2"]);
            assert.deepEqual(cluster.stack.plan(), []);
        });

        it("leads that worker to the endpoint by the two lines that were told", async () => {
            const endpoint = `${cluster.lab.host("lb").address}:6443`;
            await cluster.lab.ssh(
                "w2",
                `sed -i 's#^\\( *server:\\).*#\\1 https://${endpoint}#' /etc/kubernetes/kubelet.conf && systemctl restart kubelet`,
            );
            await cluster.lab.crash("m1");
            cluster.kubectl("wait", "--for=condition=Ready=Unknown", "node/m1", "--timeout=120s");
            cluster.kubectl("wait", "--for=condition=Ready", "node/w2", "--timeout=60s");
        });
    });

    describe("going back", () => {
        before(async () => {
            cluster = new LabCluster("adopt-back");
            await cluster.lab.up(["lb", "m1", "w1"]);
            handMade = new HandMadeCluster(cluster, "m1");
            await handMade.make({ workers: ["w1"] });
        });
        after(() => cluster?.remove());

        it("leads the cluster to its master again, as it was", async () => {
            const of = async (namespace: string, name: string) =>
                handMade.kubectl(`--namespace ${namespace} get configmap ${name} --output jsonpath={.data}`);
            const state = async () => ({
                kubeadm: await of("kube-system", "kubeadm-config"),
                proxy: await of("kube-system", "kube-proxy"),
                servers: (await cluster.lab.ssh("m1", "grep -h server: /etc/kubernetes/*.conf")).stdout,
            });
            const before = await state();
            declare(["m1"]);
            cluster.stack.upOrThrow();
            assert.notDeepEqual(await state(), before);
            const { stdout } = await cluster.lab.ssh("m1", "bash /usr/local/lib/kubeadm-ha/go-back");
            assert.match(stdout, /The cluster is led to https:\/\/\S+:6443 again/);
            assert.deepEqual(await state(), before);
        });
    });

    describe("a single master of an earlier Kubernetes", () => {
        const [{ kubernetes: earlier }] = earlierVersions;
        const packages = { source: "bundle", url: `file:///media/kubeadm-ha/${earlier}` } as const;

        before(async () => {
            cluster = new LabCluster("adopt-1-35");
            await cluster.lab.up(["lb", ...three, "w1"]);
            handMade = new HandMadeCluster(cluster, "m1");
            await handMade.make({ workers: ["w1"], kubernetesVersion: earlier });
        });
        after(() => cluster?.remove());

        it("is refused where the configuration says another version", () => {
            declare(three);
            const { status, output } = cluster.stack.up();
            assert.notEqual(status, 0);
            assert.match(output, /the kubelet of this host is v1\.35\.4, and the configuration says 1\.36\.3/);
        });

        it("becomes three masters of that version", async () => {
            declare(three, { kubernetesVersion: earlier, packages });
            cluster.stack.upOrThrow();
            await cluster.consistsOf(three, ["w1"]);
            assert.deepEqual(cluster.kubeletVersions(), [`v${earlier}`]);
            assert.deepEqual(cluster.stack.plan(), []);
        });
    });

    /** Makes this host the balancer of the three, as a person does. */
    async function startOwnLoadBalancer(host: string): Promise<void> {
        const nginx = ownLoadBalancer(three.map((name) => cluster.lab.host(name).address));
        await cluster.lab.ssh(host, "cat > /etc/nginx/nginx.conf && systemctl start nginx", { stdin: nginx });
    }

    /** Configures these masters, those that were made by hand being adopted. */
    function declare(
        masters: string[],
        changes: Partial<ClusterConfig> = {},
        workers = ["w1"],
        adopted = changes.endpoint ? three : ["m1"],
    ): void {
        const config = cluster.config(masters, workers, { network: { cni: "none" }, ...changes });
        cluster.stack.configure({
            cluster: {
                ...config,
                masters: config.masters.map((master) => ({ ...master, adopt: adopted.includes(master.name) })),
                workers: config.workers?.map((worker) => ({ ...worker, labels: {} })),
            },
        });
    }
});
