import { strict as assert } from "node:assert";
import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterConfig } from "../../config/schema";
import { assertGolden } from "../support/golden";
import { hello } from "../support/helloWorkload";
import { LabCluster } from "../support/labCluster";
import { told } from "../support/told";
import { testHealthCheck } from "./healthCheck";

/** A pod on another node that fetches the page by the Service's name. */
const visitor = `
apiVersion: v1
kind: Pod
metadata: { name: visitor }
spec:
  nodeName: m2
  restartPolicy: OnFailure
  tolerations: [{ operator: Exists }]
  containers:
    - name: visitor
      image: ghcr.io/flannel-io/flannel:v0.28.4
      imagePullPolicy: Never
      command: [busybox, wget, -q, -O, "-", "http://hello.default.svc.cluster.local"]
`;

/** As long as it is there, w2's kubelet cannot register its Node. */
const lateRegistration = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: late }
spec:
  matchConstraints:
    resourceRules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [nodes] }]
  validations: [{ expression: "request.userInfo.username != 'system:node:w2'" }]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: late }
spec: { policyName: late, validationActions: [Deny] }
`;

describe("a cluster on real hosts", function () {
    this.timeout(900_000);
    this.bail(true);

    let cluster: LabCluster;
    const three = ["m1", "m2", "m3"];
    const five = [...three, "m4", "m5"];

    before(async () => {
        cluster = new LabCluster("test");
        await cluster.lab.up(["lb", ...three, "w1"]);
    });
    after(() => cluster?.remove());

    describe("with three masters", () => {
        it("is created: three masters behind the load balancer and a worker, all Ready", async () => {
            cluster.stack.configure({ cluster: cluster.config(three, ["w1"]) });
            cluster.stack.upOrThrow();
            await cluster.consistsOf(three, ["w1"]);
        });

        it("leaves no bootstrap token and no uploaded certificates behind", () => {
            const secrets = cluster.kubectl("get", "secrets", "--namespace=kube-system", "--output=name");
            assert.doesNotMatch(secrets, /bootstrap-token|kubeadm-certs/);
        });

        it("labels the worker as the configuration says", () => {
            assert.equal(
                cluster.kubectl("get", "node", "w1", "--output=jsonpath={.metadata.labels.example\\.com/disk}"),
                "ssd",
            );
        });

        it("serves a workload through a Service, by its name, to a pod on another node", () => {
            cluster.apply(hello);
            cluster.kubectl("wait", "--for=condition=Ready", "pod/hello", "--timeout=120s");
            cluster.apply(visitor);
            cluster.kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/visitor", "--timeout=120s");
            assert.equal(cluster.kubectl("logs", "visitor"), "hello from the worker");
        });

        it("passes kubeadm's own end-to-end suite", () => passesKubeadmSuite());

        it("plans nothing for the same configuration, and opens no connection", async () => {
            const hosts = cluster.hostsOn();
            const before = await cluster.logins(hosts);
            assert.deepEqual(cluster.stack.plan(), []);
            assert.match(cluster.stack.upOrThrow().output, /\d+ unchanged/);
            // Counting logs in once on each host.
            assert.equal(await cluster.logins(hosts), before + hosts.length);
        });
    });

    describe("the load balancer's health check", () => testHealthCheck(three, () => cluster));

    describe("with five masters", () => {
        it("previews growth while nothing of the cluster can be reached", async () => {
            await cluster.lab.cut("lb");
            try {
                const started = Date.now();
                growInConfiguration();
                assertGolden("plans/grow-lab.txt", told(cluster.stack.plan()));
                console.log(`      (took ${((Date.now() - started) / 1000).toFixed(1)} s)`);
            } finally {
                await cluster.lab.heal("lb");
            }
        });

        it("grows from three masters to five, by masterCount; no request fails, and watches stay open", async () => {
            await cluster.lab.up(["m4", "m5"]);
            growInConfiguration();
            const { watchBreaks } = await cluster.underWrites(() => cluster.stack.upOrThrow());
            assert.deepEqual(watchBreaks, []);
            await cluster.consistsOf(five, ["w1"]);
            assert.deepEqual(cluster.stack.plan(), []);
        });

        it("passes kubeadm's own end-to-end suite with five masters @long", () => passesKubeadmSuite());

        it("gives a new worker its taints, and its labels, though its kubelet registers late", async () => {
            await cluster.lab.up(["w2"]);
            cluster.apply(lateRegistration);
            const [w1, w2] = cluster.config(five, ["w1", "w2"]).workers ?? [];
            const taints = [{ key: "example.com/gpu", effect: "NoSchedule" as const }];
            growInConfiguration({ workers: [w1, { ...w2, labels: { "example.com/gpu": "yes" }, taints }] });
            const joining = new EventEmitter();
            const up = cluster.stack.upWatched((said) => said.includes("w2: joins as worker") && joining.emit("begun"));
            await Promise.race([once(joining, "begun"), up]);
            await sleep(10_000); // kubeadm's part takes 2
            cluster.kubectl("delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", "late");
            const { status, output } = await up;
            assert.equal(status, 0, output);
            await cluster.consistsOf(five, ["w1", "w2"]);
            const ofNode = '{.metadata.labels.example\\.com/gpu} {.spec.taints[?(@.key=="example.com/gpu")].effect}';
            assert.equal(cluster.kubectl("get", "node", "w2", `--output=jsonpath=${ofNode}`), "yes NoSchedule");
        });

        it("is destroyed, and the hosts are clean", async () => {
            cluster.stack.destroyOrThrow();
            for (const name of cluster.hostsOn()) {
                const { stdout } = await cluster.lab.ssh(
                    name,
                    "ls /etc/kubernetes /var/lib/etcd 2>/dev/null; systemctl is-active kubelet kubeadm-ha-load-balancer kubeadm-ha-health-check kubeadm-ha-shutdown || true",
                );
                assert.doesNotMatch(stdout, /\.conf|member|^active/m, `${name}: ${stdout}`);
            }
        });
    });

    function growInConfiguration(changes: Partial<ClusterConfig> = {}): void {
        cluster.stack.configure({ cluster: cluster.config(five, ["w1"], changes), masterCount: 5 });
    }

    async function passesKubeadmSuite(): Promise<void> {
        const { status, output } = await cluster.kubeadmSuite("m2");
        assert.equal(status, 0, output);
        assert.match(output, /Ran 32 of \d+ Specs/);
    }
});
