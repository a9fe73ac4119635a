import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../../config/configError";
import { readStack } from "../../config/stackConfig";
import { smallCluster } from "../support/examples";

describe("a stack's configuration", () => {
    before(() =>
        pulumi.runtime.setMocks(
            { call: () => ({}), newResource: ({ id }) => ({ id, state: {} }) },
            "kubeadm-ha",
            "prod",
        ),
    );
    afterEach(() => pulumi.runtime.setAllConfig({}));

    function read(settings: Record<string, string>) {
        pulumi.runtime.setAllConfig(settings);
        return readStack(new pulumi.Config("kubeadm-ha"));
    }

    function mistakesOf(settings: Record<string, string>): string[] {
        try {
            read(settings);
        } catch (error) {
            assert.ok(error instanceof ConfigError, String(error));
            return error.mistakes.map(({ path, words }) => `${path}: ${words}`);
        }
        throw new assert.AssertionError({ message: "accepted" });
    }

    const cluster = JSON.stringify(smallCluster());

    it("is the cluster and the count, whatever other programs' settings stand beside them", () => {
        const stack = read({ "kubeadm-ha:cluster": cluster, "kubeadm-ha:masterCount": "3", "aws:region": "x" });
        const { sshPrivateKey, sshPrivateKeyPassword, sudoPassword, sudoPasswords, etcdClientKey, ...known } = stack;
        assert.deepEqual(known, { ...smallCluster(), masterCount: 3 });
        assert.deepEqual(
            [sshPrivateKey, sshPrivateKeyPassword, sudoPassword, sudoPasswords, etcdClientKey],
            [undefined, undefined, undefined, {}, undefined],
        );
        assert.equal(read({ "kubeadm-ha:cluster": cluster }).masterCount, undefined);
    });

    it("has mistakes in its names and in its cluster told at once", () => {
        const bad = JSON.stringify({ ...smallCluster(), endpoint: "x" });
        assert.deepEqual(
            mistakesOf({ "kubeadm-ha:cluster": bad, "kubeadm-ha:mastercount": "5", "kubeadm-ha:masterCount": "five" }),
            [
                "kubeadm-ha:mastercount: is not a setting that exists; did you mean kubeadm-ha:masterCount? ('pulumi config rm kubeadm-ha:mastercount' takes it away)",
                'masterCount: "five" is text, and a whole number is wanted',
                'cluster.endpoint: "x" lacks the port: host:port is wanted',
            ],
        );
    });

    it("takes further workers from a file of their own", () => {
        const folder = mkdtempSync(join(tmpdir(), "workers-"));
        const file = join(folder, "workers.yaml");
        const settings = { "kubeadm-ha:cluster": cluster, "kubeadm-ha:workersFile": file };
        try {
            writeFileSync(file, "- {name: w2, host: 192.0.2.22}\n");
            assert.deepEqual(
                read(settings).workers?.map(({ name }) => name),
                ["w1", "w2"],
            );
            writeFileSync(file, "workers: []\n");
            assert.match(mistakesOf(settings)[0], /^workersFile: ".*" is no list/);
        } finally {
            rmSync(folder, { recursive: true });
        }
        assert.match(mistakesOf(settings)[0], /^workersFile: ".*" cannot be read \(paths are relative.*ENOENT/);
    });

    it("is refused without a cluster", () => {
        assert.deepEqual(mistakesOf({}), [
            "cluster: is missing: describe the cluster in Pulumi.prod.yaml, under config, as kubeadm-ha:cluster",
        ]);
    });
});
