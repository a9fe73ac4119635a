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

    function declare(version: string): void {
        const repository = { url: `${mirror.url}/files/${version}`, keyUrl: `${mirror.url}/files/${version}/key.asc` };
        cluster.stack.configure({
            cluster: {
                ...cluster.config(["m1"], ["w1"]),
                loadBalancer: undefined,
                endpoint: `${cluster.lab.host("m1").address}:6443`,
                kubernetesVersion: version,
                packages: { source: "apt", kubernetes: repository, containerd: repository },
                containerd: containerdWithRegistries(cluster),
                network: { cni: { manifest: flannelManifest(cluster) } },
            },
        });
    }
});
