import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { etcdMemberConfiguration } from "../../components/etcdConfiguration";
import {
    discoveryKubeconfigPath,
    initConfiguration,
    masterJoinConfiguration,
    upgradeConfiguration,
    workerJoinConfiguration,
} from "../../components/kubeadmConfiguration";
import { type ClusterPlan, planCluster } from "../../config/clusterPlan";
import { kubeadmPath } from "../../toolchain/locate";
import { everyKubeadmSetting } from "../support/everyKubeadmSetting";
import { hostKey, labPlan, otherCluster, smallCluster } from "../support/examples";

describe("kubeadm itself", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "kubeadm-validates-"));
        writeFileSync(join(folder, "discovery.conf"), "");
    });
    after(() => rmSync(folder, { recursive: true }));

    /** kubeadm's own strict judgement of a configuration file: "ok", or what is wrong with it. */
    function judgement(content: string): string {
        const file = join(folder, "kubeadm.yaml");
        // kubeadm looks whether the file is there that leads a host to the cluster.
        writeFileSync(file, content.replace(discoveryKubeconfigPath, join(folder, "discovery.conf")));
        const { error, stdout, stderr } = spawnSync(kubeadmPath(), ["config", "validate", "--config", file], {
            encoding: "utf8",
        });
        assert.ifError(error);
        return (stdout || stderr).trim();
    }

    const plans: Record<string, ClusterPlan> = {
        "the defaults": planCluster(smallCluster()),
        "the lab": labPlan(),
        "other networks, one master reached by name": planCluster(otherCluster()),
        "every setting of kubeadm, patches, hosts of their own": planCluster(everyKubeadmSetting()),
    };
    for (const [title, plan] of Object.entries(plans)) {
        it(`accepts every file for every host: ${title}`, () => {
            for (const master of plan.masters) {
                assert.equal(judgement(initConfiguration(plan, master)), "ok", `init on ${master.name}`);
                assert.equal(judgement(masterJoinConfiguration(plan, master)), "ok", `join of ${master.name}`);
                assert.equal(
                    judgement(upgradeConfiguration(plan, master, "master")),
                    "ok",
                    `upgrade of ${master.name}`,
                );
            }
            for (const worker of plan.workers) {
                assert.equal(judgement(workerJoinConfiguration(plan, worker)), "ok", `join of ${worker.name}`);
            }
        });
    }

    it("accepts the files of an external etcd", () => {
        const hosts = [{ name: "e1", host: "192.0.2.31", hostKey }];
        const plan = planCluster(smallCluster({ etcd: { topology: "external", hosts } }));
        assert.equal(judgement(initConfiguration(plan, plan.masters[0])), "ok");
        assert.equal(judgement(etcdMemberConfiguration(plan, plan.etcdHosts[0])), "ok");
    });

    it("refuses a field that it does not know", () => {
        const kubeletConfiguration = { maxPodz: 200 };
        const plan = planCluster(smallCluster({ kubeadm: { kubeletConfiguration } }));
        assert.match(judgement(initConfiguration(plan, plan.masters[0])), /unknown field "maxPodz"/);
    });

    it("takes the sizes of networks that are taken here, and not the next ones", () => {
        const judged = (podSubnet: string, serviceSubnet: string) => {
            const plan = planCluster(smallCluster());
            const network = { ...plan.network, podSubnet, serviceSubnet };
            return judgement(initConfiguration({ ...plan, network }, plan.masters[0]));
        };
        assert.equal(judged("64.0.0.0/8", "10.96.0.0/12"), "ok");
        assert.match(judged("64.0.0.0/7", "10.96.0.0/12"), /difference is greater than 16/);
        assert.match(judged("10.244.0.0/25", "10.96.0.0/12"), /smaller than the size of node subnet/);
        assert.equal(judged("10.244.0.0/16", "10.96.0.0/28"), "ok");
        assert.match(judged("10.244.0.0/16", "10.96.0.0/29"), /too small, the minimum is 10/);
        assert.match(judged("10.244.0.0/16", "10.0.0.0/11"), /too large; for 32-bit addresses, the mask must be >= 12/);
    });
});
