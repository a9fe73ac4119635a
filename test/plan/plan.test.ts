import { strict as assert } from "node:assert";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterConfig } from "../../config/schema";
import { assertGolden } from "../support/golden";
import { TestStack } from "../support/stack";
import { StandInHosts } from "../support/standInHosts";
import { told } from "../support/told";

describe("plans, by the real engine and plugins", function () {
    this.timeout(300_000);

    let hosts: StandInHosts;
    let stack: TestStack;

    /** Masters m1… and workers w1… on loopback. */
    function cluster(
        changes: Partial<ClusterConfig> = {},
        masters = ["m1", "m2", "m3"],
        workers = ["w1"],
    ): ClusterConfig {
        const host = (name: string, address: string) => ({ name, host: address, hostKey: hosts.hostKey });
        return {
            kubernetesVersion: "1.36.3",
            ssh: { port: hosts.port, privateKeyFile: hosts.privateKeyFile() },
            loadBalancer: host("lb", "127.0.0.10"),
            masters: masters.map((name) => host(name, `127.0.0.1${name.slice(1)}`)),
            workers: workers.map((name) => host(name, `127.0.0.2${name.slice(1)}`)),
            network: { cni: "none" },
            ...changes,
        };
    }

    const configure = (config: ClusterConfig, masterCount?: number) =>
        stack.configure({ cluster: config, masterCount });

    before(async () => {
        hosts = await StandInHosts.start();
        stack = new TestStack("plan");
    });
    after(() => {
        stack?.remove();
        hosts?.stop();
    });

    it("from nothing: everything is created, flannel and labels too", () => {
        const config = cluster({ network: { cni: "flannel" } });
        configure({
            ...config,
            workers: config.workers?.map((worker) => ({ ...worker, labels: { "example.com/disk": "ssd" } })),
        });
        assertGolden("plans/create.txt", told(stack.plan()));
    });

    describe("of a cluster that exists", () => {
        before(() => {
            configure(cluster());
            stack.upOrThrow();
        });

        it("keeps no secret in plain in the state", () => {
            const state = stack.export();
            assert.match(state, /"ciphertext"/);
            assert.doesNotMatch(state, /PRIVATE KEY|client-key-data/);
        });

        it("the same configuration: nothing", () => {
            configure(cluster());
            assert.deepEqual(stack.plan(), []);
        });

        it("masters and workers in another order: nothing", () => {
            configure(cluster({}, ["m3", "m1", "m2"]));
            assert.deepEqual(stack.plan(), []);
        });

        it("three masters to five, by masterCount: the new hosts and the load balancer's back ends", () => {
            configure(cluster({}, ["m1", "m2", "m3", "m4", "m5"]), 5);
            assertGolden("plans/grow.txt", told(stack.plan()));
        });

        it("three masters to five, by a longer list: the same plan", () => {
            configure(cluster({}, ["m1", "m2", "m3", "m4", "m5"]));
            assertGolden("plans/grow.txt", told(stack.plan()));
        });

        it("one worker more", () => {
            configure(cluster({}, ["m1", "m2", "m3"], ["w1", "w2"]));
            assertGolden("plans/add-worker.txt", told(stack.plan()));
        });

        it("without the founding master: it leaves, the founding stays", () => {
            configure(cluster({}, ["m2", "m3"]));
            assertGolden("plans/drop-founder.txt", told(stack.plan()));
        });

        it("another SSH key, kept as a secret in the stack: updates only, nothing is replaced", () => {
            const key = readFileSync(hosts.privateKeyFile("next"), "utf8");
            stack.configure({ cluster: cluster({ ssh: { port: hosts.port } }), sshPrivateKey: key });
            assertGolden("plans/ssh-key.txt", told(stack.plan()));
        });

        it("another nginx setting: the load balancer's back ends only", () => {
            const config = cluster();
            configure({
                ...config,
                loadBalancer: { ...config.loadBalancer, host: "127.0.0.10", connectTimeoutSeconds: 5 },
            });
            assertGolden("plans/nginx-setting.txt", told(stack.plan()));
        });

        it("an edited host script: the first step of each host only, no join", () => {
            configure(cluster());
            appendFileSync(join(stack.folder, "hosts", "steps", "join.sh"), "# edited\n");
            assertGolden("plans/script-edit.txt", told(stack.plan()));
        });
    });
});
