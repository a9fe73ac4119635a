import { strict as assert } from "node:assert";
import { clustersInState } from "../../../recover/clusterInState";
import { withoutMasters } from "../../../recover/withoutMasters";

const cluster = "kubeadm:index:KubeadmCluster";
const urn = (types: string, name: string) => `urn:pulumi:prod::kubeadm-ha::${types}::${name}`;
const root = urn(cluster, "prod");
const command = "command:remote:Command";
const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
});

interface Part {
    urn: string;
    type: string;
    parent?: string;
    inputs?: Record<string, unknown>;
    [more: string]: unknown;
}

function component(type: string, name: string): Part {
    return { urn: urn(`${cluster}$${type}`, `prod-${name}`), type, parent: root };
}

function step(of: Part, name: string, more: Record<string, unknown> = {}): Part {
    return { urn: urn(`${of.type}$${command}`, name), type: command, parent: of.urn, ...more };
}

const connection = { host: "192.0.2.11", port: 22, user: "ops", privateKey: secret("KEY") };
const [m1, m2, m3] = ["m1", "m2", "m3"].map((name) => component("kubeadm:index:JoiningMaster", name));
const lb = component("kubeadm:index:LoadBalancer", "lb");
const w1 = component("kubeadm:index:Worker", "w1");
const founding = component("kubeadm:index:FirstMaster", "first-master");
const prepared = (of: Part, name: string, create: string, stdin: unknown) =>
    step(of, `prod-${name}-host`, { inputs: { connection, create, stdin } });
const m1Prepared = prepared(m1, "m1", "sudo -n sh -c 'read -r s'", secret("ARCHIVE"));
const m2Prepared = prepared(m2, "m2", "sh -c 'read -r s'", "ARCHIVE");
const gate = step(founding, "prod-first-master-found", { dependencies: [m1Prepared.urn, m2Prepared.urn] });
const m2Joined = step(m2, "prod-m2-join", { dependencies: [gate.urn, m2Prepared.urn] });
const resources: Part[] = [
    { urn: root, type: cluster },
    ...[m1, m2, m3, lb, w1, founding, m1Prepared, m2Prepared],
    {
        urn: urn("tls:index/privateKey:PrivateKey", "prod-pki-m2"),
        type: "tls:index/privateKey:PrivateKey",
        parent: m2.urn,
    },
    prepared(m3, "m3", "sh -c 'read -r s'", "ARCHIVE"), // has not joined
    step(lb, "prod-lb-install-load-balancer", {
        inputs: { connection, create: "sh -c 'read -r s'", stdin: "ARCHIVE" },
    }),
    ...[gate, m2Joined, step(m1, "prod-m1-join", { dependencies: [gate.urn] })],
    step(m2, "prod-m2-drain", { deletedWith: m2Joined.urn }),
    step(m2, "prod-m2-leave", { deletedWith: gate.urn }),
    step(lb, "prod-lb-back-ends", {
        dependencies: [m2Joined.urn, gate.urn],
        propertyDependencies: { connection: [], stdin: [m2Prepared.urn, gate.urn], create: null },
        deletedWith: m2Joined.urn,
    }),
];
const exported = JSON.stringify({ version: 3, deployment: { manifest: {}, resources } });

describe("a stack's state, for a recovery", () => {
    it("tells the masters that have joined, the load balancer, and how they are reached", () => {
        const revealed = { ...connection, privateKey: "KEY" };
        const root = { connection: revealed, elevation: { how: "root" } };
        assert.deepEqual(clustersInState(exported), [
            {
                name: "prod",
                masters: [
                    { name: "m1", connection: revealed, elevation: { how: "passwordless" } },
                    { name: "m2", ...root },
                ],
                loadBalancer: { name: "lb", ...root },
            },
        ]);
    });

    it("has no cluster before the first pulumi up", () => {
        assert.deepEqual(clustersInState('{"version":3,"deployment":{}}'), []);
    });

    it("loses the steps of masters that are dropped and what refers to them, and nothing else", () => {
        const { deployment, ...rest } = JSON.parse(withoutMasters(exported, "prod", ["m2"]));
        assert.deepEqual(rest, { version: 3 });
        const left: Part[] = deployment.resources;
        const dropped = ["prod-m2-host", "prod-m2-join", "prod-m2-drain", "prod-m2-leave"];
        const names = (parts: Part[]) => parts.map((part) => part.urn.split("::").pop() as string);
        assert.deepEqual(
            names(left),
            names(resources).filter((name) => !dropped.includes(name)),
        );
        assert.deepEqual(left.at(-1), {
            ...step(lb, "prod-lb-back-ends"),
            dependencies: [gate.urn],
            propertyDependencies: { connection: [], stdin: [gate.urn], create: null },
        });
        assert.deepEqual(left.find((part) => part.urn === gate.urn)?.dependencies, [m1Prepared.urn]);
    });

    it("stays as it is where none is dropped", () => {
        assert.deepEqual(JSON.parse(withoutMasters(exported, "prod", [])), JSON.parse(exported));
    });
});
