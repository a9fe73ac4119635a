import { strict as assert } from "node:assert";
import { planCluster } from "../../config/clusterPlan";
import type { ClusterConfig } from "../../config/schema";
import { smallCluster } from "../support/examples";

describe("configuration", () => {
    it("fills in the endpoint from the load balancer", () => {
        assert.equal(planCluster(smallCluster()).endpoint, "192.0.2.10:6443");
        assert.equal(
            planCluster(smallCluster({ loadBalancer: { host: "2001:db8::1", port: 443 } })).endpoint,
            "[2001:db8::1]:443",
        );
        assert.equal(planCluster(smallCluster({ endpoint: "api.example.com:6443" })).endpoint, "api.example.com:6443");
    });

    it("uses as many masters as masterCount says, from the head of the list, and all without it", () => {
        const names = (count?: number) => planCluster(smallCluster(), count).masters.map(({ name }) => name);
        assert.deepEqual(names(), ["m1", "m2", "m3"]);
        assert.deepEqual(names(1), ["m1"]);
    });

    it("uses no host that is declared lost, and tells which they are", () => {
        const masters = smallCluster().masters.map((master) => ({ ...master, lost: master.name === "m2" }));
        const plan = planCluster(smallCluster({ masters }));
        assert.deepEqual(
            plan.masters.map(({ name }) => name),
            ["m1", "m3"],
        );
        assert.deepEqual(plan.lost, [{ name: "m2", role: "master", host: "192.0.2.12", nodeIp: undefined }]);
    });

    it("reaches a host as all hosts, but for what the host itself says", () => {
        const [m1] = smallCluster().masters;
        const plan = planCluster(smallCluster({ ssh: { user: "ops" }, masters: [{ ...m1, ssh: { port: 2222 } }] }));
        assert.deepEqual({ ...plan.ssh, ...plan.masters[0].ssh }, { user: "ops", port: 2222 });
    });

    describe("that works and may not be meant: a warning", () => {
        const warnings = (changes: Partial<ClusterConfig>, count?: number) =>
            planCluster(smallCluster(changes), count).warnings;

        it("an even number of masters", () => {
            assert.deepEqual(warnings({}, 2), [
                "2 masters survive the loss of 0, as 1 would: etcd needs more than half of its members. Use 1 or 3",
            ]);
            assert.deepEqual(warnings({}, 3), []);
            assert.deepEqual(warnings({}, 1), []);
        });

        it("not where etcd is elsewhere", () => {
            const etcd = { topology: "external" as const, hosts: [{ name: "e1", host: "192.0.2.31" }] };
            assert.deepEqual(warnings({ etcd }, 2), []);
        });

        it("an odd number of masters of which one is lost", () => {
            const masters = smallCluster().masters.map((master) => ({ ...master, lost: master.name === "m2" }));
            assert.match(warnings({ masters })[0], /^2 masters survive/);
        });

        it("an endpoint that is not the load balancer's address, or is one master of several", () => {
            assert.deepEqual(warnings({ endpoint: "198.51.100.1:6443" }), [
                "cluster.endpoint: 198.51.100.1:6443 is not the address of the load balancer, 192.0.2.10; that is right only if the one leads to the other",
            ]);
            assert.deepEqual(warnings({ endpoint: "192.0.2.11:6443", loadBalancer: undefined }), [
                "cluster.endpoint: 192.0.2.11:6443 is m1 itself; without that host the cluster cannot be reached, however many masters are left",
            ]);
            assert.deepEqual(warnings({ endpoint: "api.example.com:443" }), []);
        });

        it("a bundle whose folder is named after another version", () => {
            const bundle = (folder: string) =>
                warnings({ packages: { source: "bundle", url: `file:///media/kubeadm-ha/${folder}` } });
            assert.deepEqual(bundle("1.35.4"), [
                "cluster.packages.url: file:///media/kubeadm-ha/1.35.4 seems to hold Kubernetes 1.35.4, and cluster.kubernetesVersion is 1.36.3",
            ]);
            assert.deepEqual(bundle("1.36.3"), []);
        });
    });
});
