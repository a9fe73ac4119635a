import { strict as assert } from "node:assert";
import { addonSettings } from "../../components/kubeadmConfiguration";
import { upgradeOrder } from "../../components/upgradeOrder";
import { planCluster } from "../../config/clusterPlan";
import type { ClusterConfig } from "../../config/schema";
import { smallCluster } from "../support/examples";

describe("the order of an upgrade, in words", () => {
    const order = (changes: Partial<ClusterConfig>) => upgradeOrder(planCluster(smallCluster(changes)));

    it("names the masters in their turns, add-ons, and how many workers at a time", () => {
        assert.equal(
            order({ masters: [...smallCluster().masters].reverse() }),
            "programs and images on every host, beside what runs; the masters one after another (m1, m2, m3), etcd with each; " +
                "CoreDNS and kube-proxy; the workers in the order of their names, 1 of 1 at a time. New nodes join when the masters are done.",
        );
    });

    it("leaves out what there is not", () => {
        assert.match(order({ workers: [] }), /CoreDNS and kube-proxy\. New nodes/);
    });
});

describe("what makes kubeadm's add-ons be looked at", () => {
    const settings = (kubeadm: ClusterConfig["kubeadm"]) => addonSettings(planCluster(smallCluster({ kubeadm })));

    it("is what they are made of, and no argument of the control plane", () => {
        const argument = [{ name: "v", value: "2" }];
        const controlPlane = { apiServer: { extraArgs: argument }, scheduler: { extraArgs: argument } };
        assert.equal(settings({ clusterConfiguration: controlPlane }), settings({}));
        assert.notEqual(settings({ kubeProxyConfiguration: { mode: "nftables" } }), settings({}));
        assert.notEqual(settings({ clusterConfiguration: { imageRepository: "registry.example.com" } }), settings({}));
    });
});
