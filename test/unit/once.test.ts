import { strict as assert } from "node:assert";
import type { KubeadmClusterArgs } from "../../components/cluster";
import { externalCa, hostKey, smallCluster } from "../support/examples";
import { register } from "../support/register";

const host = (name: string, address: string) => ({ name, host: address, hostKey });

/** Configurations that have, together, every resource whose inputs are ignored later. */
const configurations: Record<string, KubeadmClusterArgs> = {
    "stacked etcd, one master lost": smallCluster({
        masters: [...smallCluster().masters, { ...host("m4", "192.0.2.14"), lost: true }],
    }),
    "external etcd, one member lost": smallCluster({
        etcd: {
            topology: "external",
            hosts: [
                host("e1", "192.0.2.31"),
                host("e2", "192.0.2.32"),
                host("e3", "192.0.2.33"),
                { ...host("e4", "192.0.2.34"), lost: true },
            ],
        },
    }),
    adopted: smallCluster({
        masters: smallCluster().masters.map((master) => ({ ...master, adopt: true })),
        network: { cni: "none" },
    }),
    "external CAs": smallCluster({ pki: { external: externalCa } }),
};

/** Every command whose inputs are ignored later, and what its update does all the same. docs/once.md explains each. */
const expected = [
    "adopted: c-first-master-found: says that adopt is not run again",
    "adopted: c-m1-inspect: says that inspect is not run again",
    "adopted: c-m2-inspect: says that inspect is not run again",
    "adopted: c-m3-inspect: says that inspect is not run again",
    "adopted: c-pki-source-read: says that read-pki is not run again",
    "adopted: c-pki-source: runs nothing",
    "adopted: c-w1-join: looks whether the host has joined",
    "external CAs: c-first-master-found: says that found is not run again",
    ...["m1", "m2", "m3", "w1"].map((name) => `external CAs: c-${name}-join: looks whether the host has joined`),
    ...["e1", "e2", "e3"].map(
        (name) => `external etcd, one member lost: c-${name}-join-etcd: looks whether the host has joined`,
    ),
    "external etcd, one member lost: c-e4-forget: says that forget-etcd is not run again",
    "external etcd, one member lost: c-etcd-found: says that found-etcd is not run again",
    "external etcd, one member lost: c-first-master-found: says that found is not run again",
    "external etcd, one member lost: c-w1-join: looks whether the host has joined",
    "stacked etcd, one master lost: c-first-master-found: says that found is not run again",
    "stacked etcd, one master lost: c-m4-forget: says that forget is not run again",
    "stacked etcd, one master lost: c-w1-join: looks whether the host has joined",
];

/** Records of the state, which the engine keeps itself: no plugin can change or run anything. */
const records = ["c-etcd-init-host", "c-init-host"];

describe("what runs once in the life of a cluster", () => {
    let found: { where: string; type: string; name: string; ignored: string[]; update?: string; create?: string }[];
    before(async () => {
        found = [];
        for (const [where, config] of Object.entries(configurations)) {
            for (const { type, name, inputs, ignoreChanges } of await register(["c", config])) {
                if (ignoreChanges.length > 0) {
                    found.push({ where, type, name, ignored: ignoreChanges, ...inputs });
                }
            }
        }
    });

    it("is every resource with ignoreChanges, and an update of none of them runs a step", () => {
        const commands = found.filter(({ type }) => type === "command:remote:Command");
        const lines = commands.map(({ where, name, update, create }) => `${where}: ${name}: ${does(update, create)}`);
        assert.deepEqual(lines.sort(), [...expected].sort());
    });

    it("ignores its stdin only: a changed connection, or a changed update command, reaches the state", () => {
        for (const { type, name, ignored } of found) {
            const isRecord = type === "pulumi:index:Stash";
            assert.deepEqual(ignored, [isRecord ? "input" : "stdin"], name);
        }
    });

    it("is on the host that the state has recorded", () => {
        const stashes = found.filter(({ type }) => type === "pulumi:index:Stash").map(({ name }) => name);
        assert.deepEqual([...new Set(stashes)].sort(), records);
    });

    it("keeps nothing of a lost host that an update or a delete could run", async () => {
        const resources = await register(["c", configurations["stacked etcd, one master lost"]]);
        for (const name of ["c-m4-host", "c-m4-node"]) {
            const [{ inputs }] = resources.filter((resource) => resource.name === name);
            assert.deepEqual([inputs.create, inputs.update, inputs.delete, inputs.stdin], Array(4).fill(undefined));
        }
    });
});

function does(update?: string, create?: string): string {
    const said = /the step (\S+) was done once/.exec(update ?? "")?.[1];
    if (said) {
        return `says that ${said} is not run again`;
    }
    if (update?.includes("[ -e /var/lib/kubeadm-ha/joined ]")) {
        return "looks whether the host has joined";
    }
    return update === undefined && create === undefined ? "runs nothing" : `runs ${update ?? create}`;
}
