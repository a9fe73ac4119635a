import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterConfig } from "../../config/schema";
import { pieceFolder } from "../../toolchain/locate";
import { makeAptRepository } from "../support/aptRepository";
import { emptyPackage, makeDebianRepository } from "../support/debianRepository";
import { LabCluster } from "../support/labCluster";
import { Mirror } from "../support/mirror";
import { otherBundle } from "../support/otherBundle";
import { containerdWithRegistries, flannelManifest, pullFrom } from "../support/registry";

const keyring = "/etc/apt/keyrings/kubernetes-apt-keyring.asc";

describe("where packages come from", function () {
    this.timeout(600_000);
    this.bail(true);

    let cluster: LabCluster;
    let mirror: Mirror;
    let url: string;

    before(async () => {
        cluster = new LabCluster("packages");
        await cluster.lab.up(["m1", "m2", "w1", "e1"]);
        const bundle = pieceFolder("bundle");
        const files = join(cluster.stack.folder, "files");
        mkdirSync(files);
        makeAptRepository(join(files, "apt"), bundle, "1.36.3");
        symlinkSync(bundle, join(files, "bundle"));
        const archives = ["node.tar", "master.tar"].map((archive) => join(bundle, "images", archive));
        mirror = await Mirror.start(`${cluster.lab.subnet}.1`, files, archives, cluster.stack.folder);
        url = mirror.url;
    });
    after(async () => {
        mirror?.stop();
        await cluster?.remove();
    });

    /** One master that is its own endpoint, no load balancer, and the program's defaults for the network's add-on. */
    function config(master: string, workers: string[], changes: Partial<ClusterConfig>): ClusterConfig {
        const endpoint = `${cluster.lab.host(master).address}:6443`;
        return { ...cluster.config([master], workers), loadBalancer: undefined, endpoint, ...changes };
    }

    describe("a signed apt repository and a registry inside the network, as a user with sudo, etcd on a host of its own", () => {
        const aptCluster = (keyUrl = `${url}/files/apt/key.asc`): ClusterConfig => {
            const repository = { url: `${url}/files/apt`, keyUrl };
            const { ssh, kubeadm } = cluster.config([], []);
            return config("m1", ["w1"], {
                ssh: { ...ssh, user: "lab" },
                kubeadm: { ...kubeadm, patches: { "kubeletconfiguration+merge.yaml": "maxPods: 97\n" } },
                packages: { source: "apt", kubernetes: repository, containerd: repository },
                containerd: containerdWithRegistries(cluster),
                etcd: { topology: "external", hosts: [{ name: "e1", host: cluster.lab.host("e1").address }] },
                network: { cni: { manifest: flannelManifest(cluster) } },
            });
        };

        before(async () => {
            await pullFrom(url, cluster, ["m1", "w1", "e1"]);
            await makeBare("w1");
            await listByHand("m1", "kubernetes.list", `deb [signed-by=${keyring}] ${url}/files/apt/ /\n`);
            const stanza = `Types: deb\nURIs: ${url}/files/apt/\nSuites: /\nSigned-By: ${keyring}\n`;
            await listByHand("e1", "kubernetes.sources", stanza);
        });

        it("does not install from a repository that is signed by somebody else, and apt works afterwards", async () => {
            writeFileSync(join(cluster.stack.folder, "files", "other.asc"), "no key\n");
            cluster.stack.configure({ cluster: aptCluster(`${url}/files/other.asc`) });
            const { status, output } = cluster.stack.up();
            assert.notEqual(status, 0);
            assert.match(output, /w1: step prepare failed: apt-get update failed for http/);
            await aptWorks("w1");
        });

        it("does not remove a package for its own, and names it", async () => {
            const file = emptyPackage(join(cluster.stack.folder, "files"), "containerd", "1.6.20~ds1-1+deb12u1");
            await cluster.lab.ssh("w1", "base64 -d >/root/c.deb && dpkg --install /root/c.deb", {
                stdin: readFileSync(file).toString("base64"),
            });
            cluster.stack.configure({ cluster: aptCluster() });
            const { status, output } = cluster.stack.up();
            assert.notEqual(status, 0);
            assert.match(output, /w1: step prepare failed: apt-get would have to remove containerd to install/);
            assert.match(output, /run 'apt-get remove containerd' there/);
            await aptWorks("w1");
            await cluster.lab.ssh("w1", "dpkg --purge containerd");
        });

        it("makes a cluster whose nodes are Ready", async () => {
            cluster.stack.upOrThrow();
            assert.deepEqual(cluster.readyNodes(), ["m1", "w1"]);
            const { stdout } = await cluster.lab.ssh("m1", "apt-mark showhold; command -v kubeadm containerd crictl");
            assert.deepEqual(stdout.trim().split("\n"), [
                "kubeadm",
                "kubectl",
                "kubelet",
                "/usr/bin/kubeadm",
                "/usr/bin/containerd",
                "/usr/bin/crictl",
            ]);
            assert.deepEqual(cluster.stack.plan(), []);
        });

        it("installs the tools that a bare host lacks, and keeps crictl, on which no package depends", async () => {
            const { stdout } = await cluster.lab.ssh(
                "w1",
                "for each in curl iptables conntrack socat cri-tools; do dpkg --status $each | grep ^Status && echo $each is there; done; apt-mark showauto; cat /etc/crictl.yaml",
            );
            for (const name of ["curl", "iptables", "conntrack", "socat", "cri-tools"]) {
                assert.match(stdout, new RegExp(`^Status: install ok installed\n${name} is there$`, "m"));
            }
            assert.doesNotMatch(stdout, /^cri-tools$/m);
            assert.match(stdout, /^runtime-endpoint: unix:\/\/\/run\/containerd\/containerd\.sock$/m);
        });

        it("uses the package sources that a host has already, in either form, and apt works on every host", async () => {
            const listsOf = async (host: string) =>
                (await cluster.lab.ssh(host, "ls /etc/apt/sources.list.d")).stdout.trim().split("\n");
            assert.deepEqual(await listsOf("m1"), ["kubernetes.list"]);
            assert.deepEqual(await listsOf("e1"), ["kubernetes.sources"]);
            assert.deepEqual(await listsOf("w1"), ["kubeadm-ha-kubernetes.list"]);
            for (const host of ["m1", "w1", "e1"]) {
                await aptWorks(host);
            }
        });

        it("has kubeadm apply the patches to every node", () => {
            const maxPods = cluster.kubectl("get", "nodes", "--output=jsonpath={.items[*].status.capacity.pods}");
            assert.equal(maxPods, "97 97");
        });

        after(() => cluster.stack.destroyOrThrow());
    });

    /** As a minimal installation of Debian, with a mirror of the distribution whose lists nobody has read yet. */
    async function makeBare(host: string): Promise<void> {
        const tools = ["curl", "iptables", "conntrack", "socat"];
        const root = join(pieceFolder("lab-rootfs"), "root");
        makeDebianRepository(join(cluster.stack.folder, "files", "debian"), root, tools);
        await cluster.lab.ssh(
            host,
            `apt-get purge --yes ${tools.join(" ")} && rm -rf /var/lib/apt/lists/* && cat >/etc/apt/sources.list`,
            { stdin: `deb [trusted=yes] ${url}/files/debian /\n` },
        );
    }

    /** A package source, and its key, as an administrator has set them up. */
    async function listByHand(host: string, file: string, content: string): Promise<void> {
        const key = readFileSync(join(cluster.stack.folder, "files", "apt", "key.asc"), "utf8");
        await cluster.lab.ssh(host, `mkdir -p /etc/apt/keyrings && cat >${keyring}`, { stdin: key });
        await cluster.lab.ssh(host, `cat >/etc/apt/sources.list.d/${file}`, { stdin: content });
    }

    async function aptWorks(host: string): Promise<void> {
        await cluster.lab.ssh(host, "apt-get update && apt-get check");
    }

    describe("a bundle over http", () => {
        const bundleCluster = (sha256: string): ClusterConfig =>
            config("m2", [], { packages: { source: "bundle", url: `${url}/files/bundle`, sha256 } });

        it("is refused when its digest is another", () => {
            cluster.stack.configure({ cluster: bundleCluster("0".repeat(64)) });
            const { status, output } = cluster.stack.up();
            assert.notEqual(status, 0);
            assert.match(output, /the SHA256SUMS of http\S+ has digest [0-9a-f]{64}, not packages\.sha256/);
        });

        it("makes a cluster, and leaves no copy of what was fetched on the host", async () => {
            const sums = readFileSync(join(pieceFolder("bundle"), "SHA256SUMS"));
            cluster.stack.configure({ cluster: bundleCluster(createHash("sha256").update(sums).digest("hex")) });
            cluster.stack.upOrThrow();
            assert.deepEqual(cluster.readyNodes(), ["m2"]);
            const { stdout } = await cluster.lab.ssh("m2", "ls /var/cache/kubeadm-ha/bundle");
            assert.equal(stdout.trim(), "SHA256SUMS");
        });

        it("that holds another containerd replaces the one that runs, and pods live on", async () => {
            const sums = otherBundle(join(cluster.stack.folder, "files", "other"), "bin/containerd");
            cluster.kubectl("--namespace=kube-system", "rollout", "status", "deployment/coredns", "--timeout=180s");
            const before = await runtimeOf("m2");
            const pods = startsOfPods();
            const other = `${url}/files/other`;
            cluster.stack.configure({
                cluster: config("m2", [], { packages: { source: "bundle", url: other, sha256: sums } }),
            });
            const { output } = cluster.stack.upOrThrow();
            assert.match(output, /m2: gets other packages of Kubernetes 1\.36\.3/);
            const now = await runtimeOf("m2");
            assert.notEqual(now.process, before.process);
            assert.notEqual(now.digest, before.digest);
            assert.deepEqual(cluster.readyNodes(), ["m2"]);
            assert.deepEqual(startsOfPods(), pods);
            assert.deepEqual(cluster.stack.plan(), []);
        });
    });

    /** Process of containerd, and digest of the program that it runs. */
    async function runtimeOf(host: string): Promise<{ process: string; digest: string }> {
        const { stdout } = await cluster.lab.ssh(
            host,
            "pid=$(systemctl show --property MainPID --value containerd); echo $pid; sha256sum </proc/$pid/exe",
        );
        const [process, digest] = stdout.trim().split("\n");
        return { process, digest };
    }

    /** When the containers of each pod began. */
    function startsOfPods(): string[] {
        const path =
            '{range .items[*]}{.metadata.name} {.status.containerStatuses[*].state.running.startedAt}{"\\n"}{end}';
        return cluster
            .kubectl("get", "pods", "--all-namespaces", `--output=jsonpath=${path}`)
            .trim()
            .split("\n")
            .sort();
    }
});
