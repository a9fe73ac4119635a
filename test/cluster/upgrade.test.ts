import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ClusterConfig } from "../../config/schema";
import { earlierVersions, newestVersion } from "../../toolchain/kubernetes/releases";
import { kubectlPath } from "../../toolchain/locate";
import { LabCluster } from "../support/labCluster";

const [earlierVersion] = earlierVersions;
const { kubernetes: from } = earlierVersion;
const { kubernetes: to } = newestVersion;

/** Four copies of a server, of which three have to be there at any time. */
const guarded = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: guarded }
spec:
  replicas: 4
  selector: { matchLabels: { app: guarded } }
  template:
    metadata: { labels: { app: guarded } }
    spec:
      containers:
        - name: server
          image: ghcr.io/flannel-io/flannel:v0.28.4
          imagePullPolicy: Never
          command: [sh, -c, "trap 'exit 0' TERM; while true; do sleep 1; done"]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: guarded }
spec: { minAvailable: 3, selector: { matchLabels: { app: guarded } } }
`;

describe("upgrading a cluster @long", function () {
    this.timeout(2_400_000);
    this.bail(true);

    let masters = ["m1", "m2", "m3"];
    let workers: string[];
    let etcd: ClusterConfig["etcd"];
    let cluster: LabCluster;

    async function makeEarlier(name: string, withWorkers: string[]): Promise<void> {
        workers = withWorkers;
        cluster = new LabCluster(name);
        await cluster.lab.up(["lb", ...masters, ...workers]);
        declare(from);
        cluster.stack.upOrThrow();
        await cluster.consistsOf(masters, workers);
    }

    describe("of three masters and two workers", () => {
        before(async () => {
            await makeEarlier("upgrade", ["w1", "w2"]);
            runGuarded();
        });
        after(() => cluster?.remove());

        it("shows in the plan what is upgraded", () => {
            declare(to);
            const upgraded = cluster.stack.plan().filter(({ changed }) => changed.includes("update"));
            assert.deepEqual(
                upgraded.map(({ name }) => name).filter((name) => name.endsWith("-node")),
                [...masters, ...workers].map((host) => `upgrade-${host}-node`),
            );
        });

        it("is done by one pulumi up: no request fails, and no budget is broken", async () => {
            const started = Date.now();
            const available = await watchingAvailable(() => cluster.underWrites(() => cluster.stack.upOrThrow()));
            console.log(`      (took ${((Date.now() - started) / 1000).toFixed(0)} s)`);
            assert.ok(Math.min(...available) >= 3, `available: ${available.join(" ")}`);
            await isUpgraded();
        });

        it("keeps a snapshot of before, on the first master, for root alone", async () => {
            assert.equal(await snapshotsOn("m1"), `600 before-${to}.db`);
            assert.equal(await snapshotsOn("m2"), "");
        });

        it("takes one node after another: masters, then workers", () =>
            takesTurns("maintain", [...masters, ...workers]));

        it("puts the new version beside what runs on one master after another", () => takesTurns("stage", masters));

        it("plans nothing afterwards", () => assert.deepEqual(cluster.stack.plan(), []));

        it("keeps the images that nobody could pull again, and no others, and none of kubeadm's copies", async () => {
            for (const host of [...masters, ...workers]) {
                const { stdout } = await cluster.lab.ssh(
                    host,
                    "ctr --namespace k8s.io images ls --quiet 'labels.\"io.cri-containerd.pinned\"==pinned'; ls -A /etc/kubernetes/tmp || true",
                );
                assert.match(stdout, new RegExp(`/kube-proxy:v${to}$`, "m"));
                assert.doesNotMatch(stdout, new RegExp(`:v${from}$`, "m"));
                assert.doesNotMatch(stdout, /kubeadm-/);
            }
        });

        it("passes the newer version's end-to-end suite of kubeadm", passesSuite);

        it("is refused the way back", () => {
            declare(from);
            const { status, output } = cluster.stack.up();
            assert.notEqual(status, 0);
            assert.match(
                output,
                /the last 'pulumi up' has left this cluster with 1\.36\.3: Kubernetes has no way back/,
            );
        });
    });

    describe("while steps are cut off", () => {
        before(async () => {
            await makeEarlier("upgrade-cut", ["w1"]);
            forget("upgrade-cut-m1-stage");
        });
        after(() => cluster?.remove());

        cuts([
            ["m2", "stage", "gets Kubernetes"],
            // Which `stage` would have done, had state known of it.
            ["m1", "maintain", "gets Kubernetes"],
        ]);

        it("stops at a master whose control plane does not come up, and tells what to do", async () => {
            declare(to, {
                "kube-scheduler+json.yaml": "[{ op: add, path: /spec/containers/0/command/-, value: --v=many }]",
            });
            await cluster.underWrites(() => {
                const { status, output } = cluster.stack.up();
                assert.notEqual(status, 0);
                assert.match(output, /m1: step maintain failed: .* not so after 300 s .*\(look at: kube-scheduler\)/);
                assert.match(output, /kube-scheduler: Error: invalid argument "many"/);
                assert.match(output, /what to do: .*docs\/recovery\.md, When an upgrade does not go on/);
            });
            assert.deepEqual(cluster.kubeletVersions(), [`v${to}`, `v${from}`]);
            await cluster.consistsOf(masters, workers);
        });

        cuts([
            ["m1", "maintain", "hands its clients over"],
            ["m1", "maintain", "is upgraded by kubeadm (kubeadm upgrade apply)"],
            ["m1", "maintain", "is drained"],
            ["m2", "maintain", "is upgraded by kubeadm (kubeadm upgrade node)"],
        ]);

        // https://kubernetes.io/releases/version-skew-policy/#kube-proxy
        it("leaves kube-proxy as old as the oldest API server is", () => {
            assert.equal(imagesOf("kube-apiserver").length, 2);
            assert.deepEqual(imagesOf("kube-proxy"), [`registry.k8s.io/kube-proxy:v${from}`]);
        });

        cuts([["w1", "maintain", "is drained"]]);

        it("is finished by one more pulumi up", async () => {
            await cluster.underWrites(() => cluster.stack.upOrThrow());
            await isUpgraded();
            for (const host of [...masters, ...workers]) {
                const { stdout } = await cluster.lab.ssh(
                    host,
                    "ls -d /usr/local/lib/kubeadm-ha-staged /var/lib/kubeadm-ha/upgrade* 2>/dev/null; true",
                );
                assert.equal(stdout, "", host);
            }
            assert.deepEqual(cluster.stack.plan(), []);
        });

        function cuts(points: [host: string, step: string, words: string][]): void {
            for (const [host, step, words] of points) {
                it(`on ${host} after "${words}"`, async () => {
                    declare(to);
                    await cluster.upCutOff(host, step, words);
                });
            }
        }

        /** The state is that of an earlier program, which did not know of this resource. */
        function forget(name: string): void {
            const state = JSON.parse(cluster.stack.export());
            const { resources } = state.deployment as { resources: { urn: string; dependencies?: string[] }[] };
            const isForgotten = (urn: string) => urn.endsWith(`::${name}`);
            assert.ok(resources.some(({ urn }) => isForgotten(urn)));
            state.deployment.resources = resources
                .filter(({ urn }) => !isForgotten(urn))
                .map((one) => ({ ...one, dependencies: one.dependencies?.filter((urn) => !isForgotten(urn)) }));
            cluster.stack.import(JSON.stringify(state));
        }
    });

    describe("with etcd on hosts of its own, and a new master and a new worker in the same pulumi up", () => {
        const members = ["e1", "e2", "e3"];

        before(async () => {
            masters = ["m1", "m2"];
            workers = ["w1", "w2"];
            cluster = new LabCluster("upg-etcd");
            await cluster.lab.up(["lb", "m1", "m2", "m3", "w1", "w2", "w3", ...members]);
            declareEtcd();
            declare(from);
            cluster.stack.upOrThrow();
            assert.deepEqual(cluster.readyNodes(), [...masters, ...workers]);
            runGuarded();
        });
        after(() => cluster?.remove());

        it("is done by one pulumi up, and etcd keeps its version: no request fails", async () => {
            masters = ["m1", "m2", "m3"];
            workers = ["w1", "w2", "w3"];
            declare(to);
            const available = await watchingAvailable(() => cluster.underWrites(() => cluster.stack.upOrThrow()));
            assert.ok(Math.min(...available) >= 3, `available: ${available.join(" ")}`);
            assert.deepEqual(cluster.readyNodes(), [...masters, ...workers]);
            assert.deepEqual(cluster.kubeletVersions(), [`v${to}`]);
            assert.deepEqual(imagesOf("kube-apiserver"), [`registry.k8s.io/kube-apiserver:v${to}`]);
            assert.deepEqual(cluster.stack.plan(), []);
            assert.deepEqual(
                await etcdVersions(),
                members.map(() => earlierVersion.etcd),
            );
            for (const member of members) {
                assert.equal(await snapshotsOn(member), `600 before-${to}.db`);
            }
        });

        it("passes the newer version's end-to-end suite of kubeadm", passesSuite);

        it("upgrades etcd by itself, one member after another: no request fails", async () => {
            declareEtcd(newestVersion.etcdImageTag);
            declare(to);
            await cluster.underWrites(() => cluster.stack.upOrThrow());
            assert.deepEqual(
                await etcdVersions(),
                members.map(() => newestVersion.etcd),
            );
            assert.deepEqual(cluster.stack.plan(), []);
        });

        it("is refused etcd's way back", async () => {
            declareEtcd(earlierVersion.etcdImageTag);
            declare(to);
            const { status, output } = cluster.stack.up();
            assert.notEqual(status, 0);
            assert.match(
                output,
                /this member runs etcd 3\.6\.8, and the configuration makes it 3\.6\.6: its data has no way back/,
            );
        });

        it("puts a member's static pod back where etcd does not run as configured, and leaves the others alone", async () => {
            declareEtcd("3.6.99-0");
            declare(to);
            // Under etcd's name an image in which there is no etcd.
            await cluster.lab.ssh(
                "e1",
                "ctr --namespace k8s.io images tag $(ctr --namespace k8s.io images ls -q | grep -m 1 /pause:) registry.k8s.io/etcd:3.6.99-0",
            );
            await cluster.underWrites(() => {
                const { status, output } = cluster.stack.up();
                assert.notEqual(status, 0);
                assert.match(output, /etcd does not become healthy as configured; it runs as before again/);
            });
            assert.deepEqual(
                await etcdVersions(),
                members.map(() => newestVersion.etcd),
            );
        });

        function declareEtcd(version?: string): void {
            const hosts = members.map((name) => ({ name, host: cluster.lab.host(name).address }));
            etcd = { topology: "external", hosts, version };
        }

        /** What each member says. */
        async function etcdVersions(): Promise<string[]> {
            const answers = members.map(async (name) => {
                const status = await cluster.etcdctl(name, "endpoint status --write-out fields");
                return /^"Version" : "(.*)"$/m.exec(status)?.[1] ?? status;
            });
            return Promise.all(answers);
        }
    });

    /** The step has run once on each of these hosts, in this order, one after another. */
    async function takesTurns(step: string, hosts: string[]): Promise<void> {
        const turns: { host: string; begin: string; end: string }[] = [];
        for (const host of hosts) {
            const { stdout } = await cluster.lab.ssh(host, `cat /var/log/kubeadm-ha/${step}.log`);
            const whole = new RegExp(
                `^(\\S+) --- ${step} begins$[\\s\\S]*^(\\S+) --- ${step} ends with status 0$`,
                "m",
            );
            const [, begin, end] = whole.exec(stdout) ?? assert.fail(`${step} has not ended well on ${host}`);
            turns.push({ host, begin, end });
        }
        const seconds = ({ begin, end }: { begin: string; end: string }) =>
            (Date.parse(end) - Date.parse(begin)) / 1000;
        console.log(`      (${turns.map((turn) => `${turn.host} ${seconds(turn)} s`).join(", ")})`);
        turns.slice(1).forEach(({ host, begin }, index) => {
            assert.ok(begin >= turns[index].end, `${host} before ${turns[index].host} was done`);
        });
    }

    function declare(version: string, patches: Record<string, string> = {}): void {
        const changes: Partial<ClusterConfig> = {
            kubernetesVersion: version,
            packages: { source: "bundle", url: `file:///media/kubeadm-ha/${version}` },
            ...(etcd ? { etcd } : {}),
        };
        const config = cluster.config(masters, workers, changes);
        cluster.stack.configure({ cluster: { ...config, kubeadm: { ...config.kubeadm, patches } } });
    }

    /** Mode and name of each. */
    async function snapshotsOn(host: string): Promise<string> {
        const folder = "/var/lib/kubeadm-ha/snapshots";
        const { stdout } = await cluster.lab.ssh(host, `cd ${folder} 2>/dev/null && stat --format '%a %n' * || true`);
        return stdout.trim();
    }

    function runGuarded(): void {
        cluster.apply(guarded);
        cluster.kubectl("rollout", "status", "deployment/guarded", "--timeout=180s");
    }

    async function passesSuite(): Promise<void> {
        const { status, output } = await cluster.kubeadmSuite("m2");
        assert.equal(status, 0, output);
        assert.match(output, /Ran 32 of \d+ Specs/);
    }

    async function isUpgraded(): Promise<void> {
        await cluster.consistsOf(masters, workers);
        assert.deepEqual(cluster.kubeletVersions(), [`v${to}`]);
        for (const part of ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"]) {
            assert.deepEqual(imagesOf(part), [`registry.k8s.io/${part}:v${to}`]);
        }
        assert.deepEqual(imagesOf("etcd"), [`registry.k8s.io/etcd:${newestVersion.etcdImageTag}`]);
        assert.deepEqual(imagesOf("coredns"), [`registry.k8s.io/coredns/coredns:v${newestVersion.coredns}`]);
        const cordoned = "--output=jsonpath={.items[?(@.spec.unschedulable)].metadata.name}";
        assert.equal(cluster.kubectl("get", "nodes", cordoned), "");
    }

    /** Images that containers of this name have in kube-system. */
    function imagesOf(container: string): string[] {
        const path = `{.items[*].spec.containers[?(@.name=="${container}")].image}`;
        const images = cluster.kubectl("--namespace=kube-system", "get", "pods", `--output=jsonpath=${path}`);
        return [...new Set(images.split(" "))];
    }

    /** How many copies are available meanwhile, each time that it changes. */
    async function watchingAvailable(change: () => Promise<unknown>): Promise<number[]> {
        let seen = "";
        const args = ["get", "deployment", "guarded", "--watch", "--output=jsonpath={.status.availableReplicas} "];
        // A watch ends with the API server that it is at.
        const again = ["-c", 'while true; do "$@"; sleep 0.2; done', "watch", kubectlPath()];
        const child = spawn("sh", [...again, "--kubeconfig", cluster.kubeconfigFile(), ...args], { detached: true });
        child.stdout.setEncoding("utf8").on("data", (words) => {
            seen += words;
        });
        try {
            await change();
        } finally {
            process.kill(-(child.pid as number));
            await once(child, "close");
        }
        return seen.trim().split(" ").map(Number);
    }
});
