import { stringify } from "yaml";
import { containerdConfiguration } from "../../components/containerdConfiguration";
import { etcdKubeletConfiguration, etcdMemberConfiguration } from "../../components/etcdConfiguration";
import { flannel } from "../../components/flannel";
import { etcdMemberSettings, hostSettings } from "../../components/hostSettings";
import {
    initConfiguration,
    masterJoinConfiguration,
    upgradeConfiguration,
    workerJoinConfiguration,
} from "../../components/kubeadmConfiguration";
import { renderKubeconfig } from "../../components/kubeconfig";
import { nginxConfiguration } from "../../components/nginxConfiguration";
import { patchFiles } from "../../components/patches";
import { caFiles } from "../../components/pki";
import { roster } from "../../components/roster";
import { planCluster } from "../../config/clusterPlan";
import { everyKubeadmSetting } from "../support/everyKubeadmSetting";
import { hostKey, labPlan, otherCluster, smallCluster } from "../support/examples";
import { assertGolden } from "../support/golden";

describe("rendered files", () => {
    const plan = planCluster(smallCluster());
    const lab = labPlan();

    it("kubeadm init: defaults", () => assertGolden("init.yaml", initConfiguration(plan, plan.masters[0])));
    it("kubeadm init: the lab, with kubelet and kube-proxy settings", () =>
        assertGolden("init-lab.yaml", initConfiguration(lab, lab.masters[0])));
    it("kubeadm init: other networks, taints, passed-through fields, a host by name", () => {
        const other = planCluster(otherCluster());
        assertGolden("init-other.yaml", initConfiguration(other, other.masters[0]));
    });
    const passedThrough = planCluster(everyKubeadmSetting());
    it("kubeadm init: every setting of kubeadm, patches, a host of its own", () =>
        assertGolden("init-every-setting.yaml", initConfiguration(passedThrough, passedThrough.masters[0])));
    it("kubeadm join: master, the same", () =>
        assertGolden(
            "join-master-every-setting.yaml",
            masterJoinConfiguration(passedThrough, passedThrough.masters[1]),
        ));
    it("kubeadm join: worker, the same", () =>
        assertGolden(
            "join-worker-every-setting.yaml",
            workerJoinConfiguration(passedThrough, passedThrough.workers[0]),
        ));
    it("kubeadm upgrade: master, the same", () =>
        assertGolden(
            "upgrade-every-setting.yaml",
            upgradeConfiguration(passedThrough, passedThrough.masters[1], "master"),
        ));
    it("patches: the cluster's, a host's own in their place, a worker's for kubelet only", () => {
        const { masters, workers } = passedThrough;
        const told = [masters[0], masters[1], workers[0]].map((host) => {
            const files = patchFiles(passedThrough, host, masters.includes(host) ? "master" : "worker");
            return files.map(({ path, mode, content }) => `## ${host.name}: ${path} ${mode}\n${content.trimEnd()}\n`);
        });
        assertGolden("patches.txt", told.flat().join("\n"));
    });

    it("kubeadm join: master", () => assertGolden("join-master.yaml", masterJoinConfiguration(plan, plan.masters[1])));
    it("kubeadm join: worker", () => assertGolden("join-worker.yaml", workerJoinConfiguration(plan, plan.workers[0])));

    it("containerd: defaults", () => assertGolden("containerd.toml", containerdConfiguration({})));
    it("containerd: the lab's settings laid over", () =>
        assertGolden("containerd-lab.toml", containerdConfiguration(lab.containerd)));

    it("nginx: three masters, one of them by an IPv6 address", () => {
        const backEnds = [
            { name: "m1", address: "192.0.2.11" },
            { name: "m2", address: "2001:db8::12" },
            { name: "m3", address: "m3.example.com" },
        ];
        assertGolden(
            "nginx.conf",
            nginxConfiguration({ port: 6443, connectTimeoutSeconds: 2, idleTimeoutHours: 24 }, backEnds),
        );
    });

    it("host settings: apt, its repositories by default", () =>
        assertGolden("host-apt.conf", hostSettings("m1", "master", plan).content));
    it("host settings: bundle", () => assertGolden("host-bundle.conf", hostSettings("w1", "worker", lab).content));
    it("host settings: repositories of one's own, a quote in a value", () => {
        const repository = {
            url: "http://mirror.example.com/k8s",
            suite: "stable",
            components: ["main"],
            keyUrl: "http://mirror.example.com/it's.asc",
        };
        const mirrored = planCluster(
            smallCluster({ packages: { source: "apt", kubernetes: repository, containerd: repository } }),
        );
        assertGolden("host-mirror.conf", hostSettings("m1", "master", mirrored).content);
    });

    it("external etcd: what masters, members and their kubelets are told", () => {
        const hosts = [
            { name: "e2", host: "192.0.2.32", hostKey },
            { name: "e1", host: "e1.example.com", nodeIp: "192.0.2.31", hostKey },
        ];
        const planned = planCluster(smallCluster({ etcd: { topology: "external", hosts } }));
        assertGolden("init-external-etcd.yaml", initConfiguration(planned, planned.masters[0]));
        assertGolden("etcd-member.yaml", etcdMemberConfiguration(planned, planned.etcdHosts[1]));
        assertGolden("etcd-kubelet.yaml", etcdKubeletConfiguration(planned));
        assertGolden("host-etcd.conf", etcdMemberSettings(planned.etcdHosts[1], planned).content);
    });

    it("roster: masters with their API servers, workers, and one that was declared lost", () => {
        const { masters, workers, ...rest } = smallCluster();
        const [m1, m2, m3] = masters;
        const planned = planCluster({
            ...rest,
            masters: [{ ...m1, nodeIp: "198.51.100.11" }, m2, { ...m3, lost: true }],
            workers,
        });
        assertGolden("roster.txt", roster(planned, () => 22).content);
    });

    it("flannel: its plugin brought by an image", () => {
        const objects = flannel({ podSubnet: "10.244.0.0/16", pluginOnHosts: false });
        assertGolden("flannel.yaml", objects.map((object) => stringify(object)).join("---\n"));
    });

    for (const [name, ca] of [
        ["kubeconfig.json", { certificate: "CA\n" }],
        ["kubeconfig-on-host.json", { file: caFiles.node }],
    ] as const) {
        it(name, () =>
            assertGolden(
                name,
                renderKubeconfig({
                    endpoint: "192.0.2.10:6443",
                    user: "kubernetes-admin",
                    ca,
                    client: { certificate: "CERTIFICATE\n", privateKey: "KEY\n" },
                }),
            ),
        );
    }
});
