import { strict as assert } from "node:assert";
import { planCluster } from "../../config/clusterPlan";
import { ConfigError } from "../../config/configError";
import type { ClusterConfig } from "../../config/schema";
import { hostKey, smallCluster } from "../support/examples";
import { assertGolden } from "../support/golden";

function messageOf(config: unknown, count?: number): string {
    try {
        planCluster(config as ClusterConfig, count);
    } catch (error) {
        assert.ok(error instanceof ConfigError, String(error));
        return `${error.message}\n`;
    }
    throw new assert.AssertionError({ message: "the configuration was accepted" });
}

const rsaHostKey = `ssh-rsa ${Buffer.from("\0\0\0\x07ssh-rsa\0\0\0\x01\x03\0\0\0\x01\x0f").toString("base64")}`;
const host = (name: string, address: string) => ({ name, host: address, hostKey });

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
        assert.deepEqual(plan.lost, [{ name: "m2", role: "master" }]);
    });

    it("reaches a host as all hosts, but for what the host itself says", () => {
        const [m1] = smallCluster().masters;
        const plan = planCluster(smallCluster({ ssh: { user: "ops" }, masters: [{ ...m1, ssh: { port: 2222 } }] }));
        assert.deepEqual({ ...plan.ssh, ...plan.masters[0].ssh }, { user: "ops", port: 2222 });
    });

    const mistakes: [string, unknown, number?][] = [
        ["empty", {}],
        ["unknown-keys", { ...smallCluster(), mastres: [], network: { podSubnets: "10.0.0.0/8" } }],
        [
            "wrong-forms",
            {
                kubernetesVersion: "v1.36",
                endpoint: "api.example.com",
                masters: [{ name: "M1", host: "not a host", hostKey: "AAAA" }],
                network: { podSubnet: "10.244.0.1/16", serviceSubnet: "10.96.0.0" },
            },
        ],
        ["shared-names-and-addresses", smallCluster({ workers: [host("m1", "192.0.2.21"), host("w2", "192.0.2.12")] })],
        [
            "overlapping-networks",
            smallCluster({ network: { podSubnet: "10.96.0.0/16" }, workers: [host("w1", "10.96.1.1")] }),
        ],
        [
            "ssh",
            {
                ...smallCluster(),
                ssh: { bastion: { user: "jump", jumpHost: "192.0.2.1" } },
                masters: [
                    { ...host("m1", "192.0.2.11"), ssh: { bastion: "no" } },
                    { ...host("m2", "192.0.2.12"), ssh: { bastion: { host: "192.0.2.1", hostKey: "AAAA" } } },
                    { ...host("m3", "192.0.2.13"), hostKey: rsaHostKey },
                ],
            },
        ],
        ["no-endpoint", { ...smallCluster(), loadBalancer: undefined }],
        ["load-balancer-on-a-master", smallCluster({ loadBalancer: { host: "192.0.2.11", hostKey } })],
        ["all-masters-lost", smallCluster({ masters: [{ ...host("m1", "192.0.2.11"), lost: true }] })],
        ["master-count-zero", smallCluster(), 0],
        ["master-count-too-large", smallCluster(), 5],
        ["bundle-without-digest", smallCluster({ packages: { source: "bundle", url: "http://192.0.2.1/bundle" } })],
        [
            "owned-fields",
            smallCluster({
                kubeadm: {
                    clusterConfiguration: { controlPlaneEndpoint: "x:1", etcd: {} },
                    kubeletConfiguration: { kind: "x" },
                },
            }),
        ],
    ];
    for (const [name, config, count] of mistakes) {
        it(`refuses, in golden words: ${name}`, () => assertGolden(`mistakes/${name}.txt`, messageOf(config, count)));
    }
});
