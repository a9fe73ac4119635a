import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { SshAccess } from "../../components/sshAccess";
import { planCluster } from "../../config/clusterPlan";
import { ConfigError } from "../../config/configError";
import type { ClusterConfig } from "../../config/schema";
import type { SshSecrets } from "../../config/sshSecrets";
import { hostKey, smallCluster } from "../support/examples";
import { assertGolden } from "../support/golden";

const sshPrivateKey = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";

describe("the way to hosts", () => {
    const environment = { PATH: process.env.PATH, SSH_AUTH_SOCK: process.env.SSH_AUTH_SOCK };
    const folder = mkdtempSync(join(tmpdir(), "ssh-access-test-"));

    beforeEach(async () => {
        process.env.PATH = folder; // without ssh-keyscan: nothing is asked for its key
        delete process.env.SSH_AUTH_SOCK;
        await pretend("up");
    });
    after(() => {
        process.env.PATH = environment.PATH;
        process.env.SSH_AUTH_SOCK = environment.SSH_AUTH_SOCK;
        if (environment.SSH_AUTH_SOCK === undefined) {
            delete process.env.SSH_AUTH_SOCK;
        }
        rmSync(folder, { recursive: true });
    });

    function pretend(operation: "up" | "preview"): Promise<void> {
        const newResource = () => ({ id: "id", state: {} });
        return pulumi.runtime.setMocks(
            { call: () => ({}), newResource },
            "kubeadm-ha",
            "test",
            operation === "preview",
        );
    }

    function access(config: Partial<ClusterConfig>, secrets: SshSecrets = { sshPrivateKey }): SshAccess {
        return new SshAccess(planCluster(smallCluster(config)), secrets);
    }

    function mistakesOf(config: Partial<ClusterConfig>, secrets?: SshSecrets): string {
        try {
            access(config, secrets);
        } catch (error) {
            assert.ok(error instanceof ConfigError, String(error));
            return `${error.message.replaceAll(folder, "FOLDER")}\n`;
        }
        return "none";
    }

    function file(name: string, text: string): string {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
    }

    function keyFile(name: string, passphrase = ""): string {
        execFileSync(
            "/usr/bin/env",
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", join(folder, name)],
            {
                env: { PATH: environment.PATH },
            },
        );
        return join(folder, name);
    }

    const [m1, m2, m3] = smallCluster().masters;
    const bare = ({ name, host }: { name: string; host: string }) => ({ name, host });

    it("is the same for all hosts, but for what a host says itself", async () => {
        const bastion = { host: "192.0.2.1", hostKey };
        const way = access({
            ssh: { user: "ops", port: 2222, bastion: { ...bastion, user: "jump", port: 22022 } },
            masters: [
                { ...m1, ssh: { user: "root", bastion: "none" } },
                { ...m2, ssh: { bastion: { host: "192.0.2.2", hostKey } } },
                m3,
            ],
        });
        const told = (name: string) => {
            const { host, port, user, proxy } = way.connection(name);
            const { host: through, port: throughPort, user: throughUser } = (proxy ?? {}) as Record<string, unknown>;
            return [host, port, user, ...(proxy ? [through, throughPort, throughUser] : [])];
        };
        assert.deepEqual(told("m1"), ["192.0.2.11", 2222, "root"]);
        assert.deepEqual(told("m2"), ["192.0.2.12", 2222, "ops", "192.0.2.2", 22, "ops"]);
        assert.deepEqual(told("m3"), ["192.0.2.13", 2222, "ops", "192.0.2.1", 22022, "jump"]);
    });

    it("hands sudo the host's own password, else that of all, and root none", () => {
        const masters = [m1, { ...m2, ssh: { user: "root" } }, m3];
        const way = access(
            { ssh: { user: "ops" }, masters },
            { sshPrivateKey, sudoPassword: "all", sudoPasswords: { m1: "own" } },
        );
        assert.deepEqual(way.elevation("m1"), { how: "password", password: "own" });
        assert.deepEqual(way.elevation("m2"), { how: "root" });
        assert.deepEqual(way.elevation("m3"), { how: "password", password: "all" });
        assert.deepEqual(access({ ssh: { user: "ops" } }).elevation("m1"), { how: "passwordless" });
    });

    it("is refused without host keys, each with the way to check it", () => {
        const config = {
            ssh: { bastion: { host: "192.0.2.1" } },
            masters: [bare(m1), { ...bare(m2), ssh: { port: 2222 } }],
        };
        assertGolden("mistakes/host-keys-not-given.txt", mistakesOf(config));
    });

    it("is refused where known_hosts has nothing that can be checked", () => {
        const [type, base64] = hostKey.split(" ");
        const knownHosts = file(
            "known_hosts",
            [
                `@cert-authority 192.0.2.11 ${hostKey}`,
                `192.0.2.12 ${hostKey}`,
                `@revoked 192.0.2.12 ${hostKey}`,
                `@revoked 192.0.2.10 ${type} ${base64}`,
                `192.0.2.21 ${hostKey}`,
                `192.0.2.21 ${hostKey.replace("AAAAIE", "AAAAIF")}`,
            ].join("\n"),
        );
        const workers = [{ name: "w1", host: "192.0.2.21" }];
        const config = { ssh: { knownHosts }, masters: [bare(m1), bare(m2), bare(m3)], workers };
        assertGolden("mistakes/host-keys-not-usable.txt", mistakesOf(config));
    });

    it("takes known_hosts for hosts and bastions alike", () => {
        const knownHosts = file("known_hosts", `192.0.2.* ${hostKey}\n[192.0.2.1]:22022 ${hostKey}\n`);
        const masters = [bare(m1)];
        const bastion: { host: string; port: number; hostKey?: string } = { host: "192.0.2.1", port: 22022 };
        const way = access({ ssh: { knownHosts, bastion }, masters });
        const { hostKey: own, proxy } = way.connection("m1");
        assert.deepEqual([own, (proxy as typeof bastion).hostKey], [hostKey, hostKey]);
    });

    it("is refused with keys that cannot log in", () => {
        const config = {
            ssh: { privateKeyFile: keyFile("locked", "open sesame") },
            masters: [
                { ...m1, ssh: { privateKeyFile: `${folder}/locked.pub` } },
                { ...m2, ssh: { privateKeyFile: `${folder}/absent` } },
                { ...m3, ssh: { privateKeyFile: folder } },
            ],
        };
        assertGolden("mistakes/private-keys.txt", mistakesOf(config));
    });

    it("takes a passphrase to the keys that have one, and to no other", async () => {
        const secrets = { sshPrivateKey, sshPrivateKeyPassword: "open sesame" };
        const way = access(
            { masters: [{ ...m1, ssh: { privateKeyFile: keyFile("encrypted", "open sesame") } }, m2] },
            secrets,
        );
        const passphrase = (name: string) =>
            new Promise((resolve) => pulumi.output(way.connection(name).privateKeyPassword).apply(resolve));
        assert.equal(await passphrase("m1"), "open sesame");
        assert.equal(await passphrase("m2"), undefined);
        assert.equal(await pulumi.isSecret(pulumi.output(way.connection("m1").privateKeyPassword)), true);
    });

    it("without a key is the SSH agent's, which has to be there", () => {
        assertGolden("mistakes/no-agent.txt", mistakesOf({}, {}));
        process.env.SSH_AUTH_SOCK = join(folder, "gone");
        assertGolden("mistakes/agent-gone.txt", mistakesOf({}));
        process.env.SSH_AUTH_SOCK = folder;
        assert.equal(mistakesOf({}, {}), "none");
    });

    it("does without files and agent in a preview, but not without host keys", async () => {
        await pretend("preview");
        process.env.SSH_AUTH_SOCK = join(folder, "gone");
        const ssh = { privateKeyFile: `${folder}/absent`, knownHosts: `${folder}/absent-too` };
        assert.equal(mistakesOf({ ssh, masters: [bare(m1)] }, {}), "none");
        assert.match(mistakesOf({ masters: [bare(m1)] }, {}), /masters\[0\]\.hostKey: is missing/);
    });

    it("begins in the home folder after ~/", () => {
        const { HOME } = process.env;
        process.env.HOME = folder;
        try {
            file("known_hosts", `* ${hostKey}\n`);
            assert.equal(mistakesOf({ ssh: { knownHosts: "~/known_hosts" }, masters: [bare(m1)] }), "none");
            assert.match(readFileSync(join(folder, "known_hosts"), "utf8"), /EXAMPLE/);
        } finally {
            process.env.HOME = HOME;
        }
    });
});
