import { strict as assert } from "node:assert";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { earlierVersions, newestVersion } from "../../toolchain/kubernetes/releases";
import { pieceFolder } from "../../toolchain/locate";
import { makeAptRepository } from "../support/aptRepository";
import { LabCluster } from "../support/labCluster";
import { Mirror } from "../support/mirror";
import { containerdWithRegistries, flannelManifest, pullFrom } from "../support/registry";

const [{ kubernetes: from }] = earlierVersions;
const { kubernetes: to } = newestVersion;
const bundles = { [from]: `bundle@${from}`, [to]: "bundle" };

describe("upgrading from apt repositories, a master and a worker @long", function () {
    this.timeout(1_200_000);
    this.bail(true);

    let cluster: LabCluster;
    let mirror: Mirror;

    before(async () => {
        cluster = new LabCluster("apt-upg");
        await cluster.lab.up(["m1", "w1"]);
        const files = join(cluster.stack.folder, "files");
        mkdirSync(files);
        for (const [version, bundle] of Object.entries(bundles)) {
            makeAptRepository(join(files, version), pieceFolder(bundle), version);
        }
        makeAptRepository(join(files, "other"), pieceFolder("bundle"), to, "2.3.4");
        const archives = Object.values(bundles).flatMap((bundle) =>
            ["node.tar", "master.tar"].map((archive) => join(pieceFolder(bundle), "images", archive)),
        );
        mirror = await Mirror.start(`${cluster.lab.subnet}.1`, files, archives, cluster.stack.folder);
        await pullFrom(mirror.url, cluster, ["m1", "w1"]);
        declare(from);
        cluster.stack.upOrThrow();
        assert.deepEqual(cluster.readyNodes(), ["m1", "w1"]);
    });
    after(async () => {
        mirror?.stop();
        await cluster?.remove();
    });

    it("is done by one pulumi up, and the packages are held at the new version", async () => {
        declare(to);
        cluster.stack.upOrThrow();
        assert.deepEqual(cluster.readyNodes(), ["m1", "w1"]);
        assert.deepEqual(cluster.kubeletVersions(), [`v${to}`]);
        for (const host of ["m1", "w1"]) {
            const { stdout } = await cluster.lab.ssh(
                host,
                "dpkg-query --show kubeadm kubectl kubelet | tr '\\t' ' '; apt-mark showhold",
            );
            const version = `${to}-1.1`;
            assert.deepEqual(stdout.trim().split("\n"), [
                `kubeadm ${version}`,
                `kubectl ${version}`,
                `kubelet ${version}`,
                "kubeadm",
                "kubectl",
                "kubelet",
            ]);
        }
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("brings another containerd to each node in its turn, while others use apt there too", async () => {
        const hosts = ["m1", "w1"];
        const before = await Promise.all(hosts.map(containerdOf));
        const pods = cluster.kubectl("get", "pods", "--all-namespaces", "--output=jsonpath={.items[*].metadata.uid}");
        for (const host of hosts) {
            await cluster.lab.ssh(host, "cat >/root/hold-lock && systemd-run perl /root/hold-lock", {
                stdin: holdLock,
            });
        }
        declare(to, "other", "2.3.4");
        const { output } = cluster.stack.upOrThrow();
        assert.ok(output.indexOf("m1: gets other packages") < output.indexOf("w1: gets other packages"), output);
        const now = await Promise.all(hosts.map(containerdOf));
        now.forEach(({ version, held, process }, index) => {
            assert.deepEqual({ version, held }, { version: "2.3.4-1", held: true });
            assert.notEqual(process, before[index].process);
        });
        assert.deepEqual(cluster.readyNodes(), hosts);
        const podsNow = cluster.kubectl(
            "get",
            "pods",
            "--all-namespaces",
            "--output=jsonpath={.items[*].metadata.uid}",
        );
        assert.equal(podsNow, pods);
        assert.deepEqual(cluster.stack.plan(), []);
    });

    /** As unattended upgrades do, for 20 seconds. */
    const holdLock = `
        use Fcntl;
        open(my $lock, ">", "/var/lib/dpkg/lock-frontend") or die;
        fcntl($lock, F_SETLK, pack("s s l! l! i", F_WRLCK, 0, 0, 0, 0)) or die;
        sleep 20;`;

    async function containerdOf(host: string): Promise<{ version: string; held: boolean; process: string }> {
        const { stdout } = await cluster.lab.ssh(
            host,
            "dpkg-query --show containerd.io | cut -f2; systemctl show --property MainPID --value containerd; apt-mark showhold",
        );
        const [version, process, ...held] = stdout.trim().split("\n");
        return { version, process, held: held.includes("containerd.io") };
    }

    function declare(version: string, folder = version, containerdVersion?: string): void {
        const repository = { url: `${mirror.url}/files/${folder}`, keyUrl: `${mirror.url}/files/${folder}/key.asc` };
        cluster.stack.configure({
            cluster: {
                ...cluster.config(["m1"], ["w1"]),
                loadBalancer: undefined,
                endpoint: `${cluster.lab.host("m1").address}:6443`,
                kubernetesVersion: version,
                packages: { source: "apt", kubernetes: repository, containerd: repository, containerdVersion },
                containerd: containerdWithRegistries(cluster),
                network: { cni: { manifest: flannelManifest(cluster) } },
            },
        });
    }
});
