import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, type HostKey, parseHostKey } from "../../config/hostKey";
import type { ClusterConfig } from "../../config/schema";
import { SshLab, sudoPassword } from "../support/sshLab";
import { type Run, TestStack } from "../support/stack";

type Way = ClusterConfig["masters"][number];

/** Every way to reach a host, with real sshd, sudo, ssh-agent, engine and plugin. See test/support/waysProgram.ts. */
describe("SSH", function () {
    this.timeout(120_000);
    this.slow(30_000);

    const ssh = new SshLab();
    const { lab } = ssh;
    const agentBefore = process.env.SSH_AUTH_SOCK;
    const knownHosts = join(ssh.folder, "known_hosts");
    let stack: TestStack;
    let agent: string;
    let ways: Way[];

    before(async () => {
        await ssh.up();
        agent = await ssh.startAgent();
        stack = waysStack("ways");
        const localPort = await ssh.startForwarding("m2");
        const known = [
            `${ssh.address("m1")} ${ssh.hostKey("m1")}`,
            `[${ssh.address("m1")}]:2222 ${ssh.hostKey("m1", 2222)}`,
            `${ssh.address("m2")},m2,[localhost]:${localPort} ${ssh.hostKey("m2")}`,
            `fd77::1?,!${ssh.address("m3", 6)} ${ssh.hostKey("m2")}`,
            `${ssh.address("m3")},m3 ${ssh.hostKey("m3")}`,
            `[${ssh.address("m3", 6)}]:2222 ${ssh.hostKey("m3", 2222)}`,
            `@revoked * ${ssh.hostKey("m2", 2222)}`,
        ];
        writeFileSync(knownHosts, `${known.join("\n")}\n`);
        execFileSync("ssh-keygen", ["-q", "-H", "-f", knownHosts], { stdio: "ignore" });
        const key = { privateKeyFile: ssh.privateKeyFile };
        const bastion = {
            host: ssh.address("m1"),
            port: 2222,
            user: "jump",
            privateKeyFile: ssh.keyFile("jump"),
        };
        ways = [
            { name: "agent", host: ssh.address("m1") },
            { name: "file", host: ssh.address("m2"), ssh: key },
            {
                name: "passphrase",
                host: ssh.address("m3"),
                ssh: { user: "nopasswd", privateKeyFile: ssh.keyFile("locked") },
            },
            { name: "password", host: ssh.address("m2", 6), ssh: { user: "ops" } },
            { name: "not-asked", host: ssh.address("m3", 6), ssh: { user: "nopasswd", port: 2222 } },
            { name: "by-name", host: "localhost", ssh: { user: "ops", port: localPort } },
            { name: "through", host: "m3", ssh: { ...key, bastion } }, // only the bastion knows this name
            {
                name: "through-ops",
                host: "m2",
                ssh: { user: "ops", bastion: { ...bastion, hostKey: ssh.hostKey("m1", 2222) } },
            },
        ];
    });

    beforeEach(() => {
        process.env.SSH_AUTH_SOCK = agent;
    });

    after(async () => {
        process.env.SSH_AUTH_SOCK = agentBefore;
        if (agentBefore === undefined) {
            delete process.env.SSH_AUTH_SOCK;
        }
        stack?.remove();
        await ssh.down();
    });

    const asked = ["password", "not-asked", "by-name", "through-ops"];
    const passwords = (names: string[], password = sudoPassword) =>
        Object.fromEntries(names.map((name) => [`sudoPasswords.${name}`, password]));

    it("logs in with agent, key file and passphrase, as root and with sudo, by IPv6, names, ports and a bastion", async () => {
        stack.configure({
            cluster: cluster(ways),
            secrets: { sshPrivateKeyPassword: "open sesame", ...passwords(asked) },
        });
        await watchForLeaks(async () => stack.upOrThrow());
        assert.deepEqual(await notes("m1"), ["agent probe root none", "agent probe-again root none"]);
        assert.deepEqual(await notes("m2"), [
            "by-name probe root ops",
            "by-name probe-again root ops",
            "file probe root none",
            "file probe-again root none",
            "password probe root ops",
            "password probe-again root ops",
            "through-ops probe root ops",
            "through-ops probe-again root ops",
        ]);
        assert.deepEqual(await notes("m3"), [
            "not-asked probe root nopasswd",
            "not-asked probe-again root nopasswd",
            "passphrase probe root nopasswd",
            "passphrase probe-again root nopasswd",
            "through probe root none",
            "through probe-again root none",
        ]);
    });

    it("hands every step its stdin as it was meant, with a password in front of it or not", async () => {
        for (const { name, host } of ways) {
            const on = ["m1", "m2", "m3"].find((each) =>
                [ssh.address(each), ssh.address(each, 6), each].includes(host),
            );
            assert.equal(await ssh.read(on ?? "m2", `/root/probes/${name}.given`), "\n\\ \n\n  end\n", name);
        }
    });

    it("shows the password nowhere", async () => {
        assert.doesNotMatch(stack.export(), /horse/);
        for (const host of ["m1", "m2", "m3"]) {
            // The word comes on stdin: these sshds log so much that the journal keeps command lines of the test's own logins.
            const search =
                'word=$(cat); journalctl --quiet --output export | grep --text -F "$word"; grep -rlF "$word" /var/log /root /home /tmp';
            const { stdout } = await lab.ssh(host, search, { stdin: "horse", check: false });
            assert.equal(stdout, "", host);
        }
    });

    it("plans nothing when nothing has changed", () => {
        assert.deepEqual(stack.plan(), []);
    });

    it("logs in with a key that the stack keeps, and one password for all hosts; a step can leave with it", async () => {
        delete process.env.SSH_AUTH_SOCK;
        const sshPrivateKey = execFileSync("cat", [ssh.privateKeyFile], { encoding: "utf8" });
        stack.configure({
            cluster: cluster(ways),
            sshPrivateKey,
            secrets: { sshPrivateKeyPassword: "open sesame", sudoPassword },
        });
        stack.upOrThrow();
        stack.destroyOrThrow();
        const counted = [...ways].map(({ name }) => `${name} probe-last`).sort();
        const all = [...(await notes("m1")), ...(await notes("m2")), ...(await notes("m3"))];
        const last = all.filter((note) => note.includes(" probe-last ")).map((note) => note.replace(/ root .*/, ""));
        assert.deepEqual(last.sort(), counted);
    });

    it("fails with sudo's own words, at once, where sudo refuses", async () => {
        const refused = waysStack("refused");
        const way = (name: string, user: string, host: string) => ({ name, host, ssh: { user } });
        try {
            refused.configure({
                cluster: cluster([
                    way("wrong", "ops", ssh.address("m1")),
                    way("not-given", "ops", ssh.address("m2")),
                    way("stranger", "stranger", ssh.address("m3")),
                    way("terminal", "terminal", ssh.address("m2", 6)),
                ]),
                secrets: { ...passwords(["wrong"], "wrong"), ...passwords(["stranger", "terminal"]) },
            });
            const { status, output } = upInFull(refused);
            assert.notEqual(status, 0);
            assert.match(
                failureOf("wrong", output),
                /Sorry, try again\.\s+sudo: no password was provided\s+sudo: 1 incorrect/,
            );
            assert.match(failureOf("not-given", output), /sudo: a password is required/);
            assert.match(failureOf("stranger", output), /stranger may not run sudo on m3/);
            assert.match(failureOf("terminal", output), /sudo: sorry, you must have a tty to run sudo/);
            assert.doesNotMatch(output, /horse/);
            const { stdout } = await lab.ssh(
                "m1",
                "journalctl --quiet | grep --count 'pam_unix(sudo:auth): authentication failure'",
            );
            assert.equal(stdout.trim(), "1"); // more would lock the user out on some hosts
        } finally {
            refused.remove();
        }
    });

    it("refuses a host whose key is not known, with the fingerprint that it shows, and does not log in", async () => {
        const unknown = waysStack("unknown");
        try {
            writeFileSync(join(unknown.folder, "empty"), "");
            const masters = [
                { name: "m1", host: ssh.address("m1") },
                { name: "m2", host: ssh.address("m2", 6), ssh: { port: 2222 } },
            ];
            unknown.configure({ cluster: { ...cluster(masters), ssh: { knownHosts: "empty" } } });
            const before = (await ssh.connectionsAt("m1", ssh.address("m1"))).length;
            const { status, output } = unknown.pulumi(["preview", "--non-interactive", "--color", "never"]);
            assert.notEqual(status, 0);
            const shown = [ssh.hostKey("m1"), ssh.hostKey("m2", 2222)].map((key) => parseHostKey(key) as HostKey);
            for (const [index, key] of shown.entries()) {
                const words = `cluster.masters[${index}].hostKey: is missing: empty has no key of ${masters[index].host}`;
                const line = output.split("\n").find((each) => each.includes(words)) ?? "";
                assert.ok(line.includes(`It shows ssh-ed25519 ${fingerprint(key)}; only if 'ssh-keygen -lf `), output);
                assert.ok(line.endsWith(`give: ssh-ed25519 ${key.key}`), output);
            }
            const asked = (await ssh.connectionsAt("m1", ssh.address("m1"))).slice(before, -1); // the last is this test's
            assert.ok(asked.length > 0);
            assert.doesNotMatch(asked.flat().join("\n"), /userauth/);
        } finally {
            unknown.remove();
        }
    });

    it("sends nothing to a machine in the middle: no user's name, no key, no command", async () => {
        await ssh.impersonate("m3", "m2");
        const deceived = waysStack("deceived");
        try {
            deceived.configure({
                cluster: cluster([
                    { name: "direct", host: ssh.address("m3") },
                    { name: "control", host: ssh.address("m2") },
                ]),
            });
            const { status, output } = upInFull(deceived);
            assert.notEqual(status, 0);
            const [shown, expected] = ["m2", "m3"].map((host) =>
                fingerprint(parseHostKey(ssh.hostKey(host)) as HostKey),
            );
            const words = `ssh: host key mismatch: ${ssh.address("m3")}:22 shows ssh-ed25519 ${shown}, expected was ${expected}`;
            assert.ok(failureOf("direct", output).includes(words), output);
            const inTheMiddle = (await ssh.connectionsAt("m2", ssh.address("m3"))).flat().join("\n");
            assert.match(inTheMiddle, /^Connection from /m);
            assert.doesNotMatch(inTheMiddle, /userauth|publickey|root|session/);
            const itself = (await ssh.connectionsAt("m2", ssh.address("m2"))).flat().join("\n");
            assert.match(itself, /userauth-request for user root[\s\S]*Accepted publickey/);
        } finally {
            deceived.remove();
        }
    });

    /** No cluster is made; yet nodes need IPv4 addresses of their own to be accepted. */
    function cluster(ways: Way[]): ClusterConfig {
        const masters = ways.map((way, index) => ({ ...way, nodeIp: `198.51.100.${index + 1}` }));
        return { kubernetesVersion: "1.36.3", endpoint: "api.example.com:6443", ssh: { knownHosts }, masters };
    }

    async function notes(host: string): Promise<string[]> {
        return (await ssh.read(host, "/root/probes/notes")).trim().split("\n").sort();
    }

    /** The password must not be in any process's arguments or environment on m2, at any time. */
    async function watchForLeaks(work: () => Promise<unknown>): Promise<void> {
        const look = "grep -lsaf /root/secret /proc/[0-9]*/cmdline /proc/[0-9]*/environ >>/root/leaks";
        await lab.ssh("m2", "cat >/root/secret; : >/root/leaks", { stdin: "horse\nunicorn\n" });
        await lab.ssh("m2", `systemd-run --quiet --unit watch sh -c 'while sleep 0.1; do ${look}; done'`);
        await lab.ssh("m2", "sleep 0.5; : this one has a unicorn");
        assert.match(await ssh.read("m2", "/root/leaks"), /cmdline/, "the watch sees nothing at all");
        await lab.ssh("m2", ": >/root/leaks");
        await work();
        assert.equal(await ssh.read("m2", "/root/leaks"), "");
        await lab.ssh("m2", "systemctl stop watch; rm /root/secret");
    }
});

/** A stack whose program is waysProgram.ts, with the step that it runs. */
function waysStack(name: string): TestStack {
    const stack = new TestStack(name);
    const support = join(__dirname, "..", "support");
    cpSync(join(support, "waysProgram.ts"), join(stack.folder, "test", "support", "waysProgram.ts"));
    writeFileSync(join(stack.folder, "index.ts"), 'import "./test/support/waysProgram";\n');
    for (const step of ["probe", "probe-again", "probe-last"]) {
        cpSync(join(support, "probe.sh"), join(stack.folder, "hosts", "steps", `${step}.sh`));
    }
    return stack;
}

/** One failure does not keep the others from being tried. */
function upInFull(stack: TestStack): Run {
    const options = ["--yes", "--skip-preview", "--non-interactive", "--color", "never", "--continue-on-error"];
    return stack.pulumi(["up", ...options]);
}

/** What the engine says of the failure of a way's first step. */
function failureOf(way: string, output: string): string {
    const diagnostics = output.slice(output.indexOf("\nDiagnostics:"));
    const [, said] = new RegExp(`\\(ways-${way}-probe\\):\\n([\\s\\S]*?)\\n\\n`).exec(diagnostics) ?? [];
    assert.ok(said, `${way} has not failed:\n${output}`);
    return said;
}
