import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Lab } from "../../lab/lab";
import { projectFolder } from "../../toolchain/projectState";

const name = "labtest";
const otherName = "labtest-b";

/** Real hosts, in labs of the test's own: a person's lab on the same machine goes on beside it. */
describe("a lab", function () {
    this.timeout(60_000);
    this.slow(5_000);

    const elsewhere = mkdtempSync(join(tmpdir(), "kubeadm-ha-lab-test-"));
    const lab = Lab.open(name);
    const other = Lab.open(otherName);
    const otherCheckout = Lab.open(name, elsewhere);

    before(async () => {
        await lab.down(); // of a test that was cut off
        await other.down();
        assert.deepEqual(tracesOf(name), []);
        await lab.up(["m1", "m2"]);
    });

    after(async () => {
        await lab.down().catch(() => otherCheckout.down());
        await other.down();
        rmSync(elsewhere, { recursive: true, force: true });
    });

    it("has hosts that booted without a failed unit and know one another by name", async () => {
        assert.equal(await output("m1", "systemctl is-system-running"), "running");
        assert.equal(await output("m1", "hostname"), "m1");
        await lab.ssh("m1", "ping -c 1 -W 2 m2");
    });

    it("can be told to be up twice, and leaves running hosts alone", async () => {
        const before = await bootOf("m1");
        await lab.up(["m1", "m2"]);
        assert.equal(await bootOf("m1"), before);
    });

    it("gives a command its input and returns its status and output", async () => {
        const { status, stdout, stderr } = await lab.ssh("m1", "cat; echo no >&2; exit 7", {
            stdin: "in",
            check: false,
        });
        assert.deepEqual({ status, stdout, stderr }, { status: 7, stdout: "in", stderr: "no\n" });
        await assert.rejects(lab.ssh("m1", "echo the reason >&2; false"), /On m1, .* failed \(1\): the reason/);
    });

    it("passes input and exit status on from the command line", () => {
        const { status, stdout } = onCommandLine(["ssh", "m1", "cat; exit 5"], "typed");
        assert.deepEqual({ status, stdout }, { status: 5, stdout: "typed" });
    });

    it("lets the user lab in, with sudo", async () => {
        const words = ["-F", lab.sshConfig, "-l", "lab", "m1", "id -un; sudo -n id -un"];
        assert.equal(execFileSync("ssh", words, { encoding: "utf8" }), "lab\nroot\n");
    });

    it("is known by its host keys alone", async () => {
        const known = join(elsewhere, "known_hosts");
        const ssh = (file: string) => {
            const options = [
                `UserKnownHostsFile=${file}`,
                "StrictHostKeyChecking=yes",
                "GlobalKnownHostsFile=/dev/null",
            ];
            return spawnSync("ssh", [
                ...["-F", "none", "-i", join(lab.folder, "id_ed25519")],
                ...options.flatMap((option) => ["-o", option]),
                `root@${lab.host("m1").address}`,
                "true",
            ]).status;
        };
        writeFileSync(known, `${lab.host("m1").address} ${lab.host("m1").hostKey}\n`);
        assert.equal(ssh(known), 0);
        assert.equal(ssh(join(lab.folder, "known_hosts")), 0);
        writeFileSync(known, `${lab.host("m1").address} ${lab.host("m2").hostKey}\n`);
        assert.equal(ssh(known), 255);
    });

    it("leads nowhere: the outside and other labs are unreachable at once", async () => {
        await other.up(["m1"]);
        assert.notEqual(other.subnet, lab.subnet);
        const outside = ["192.0.2.1", "198.51.100.1", other.host("m1").address, `${other.subnet}.1`];
        for (const address of outside) {
            const begun = Date.now();
            const attempt = await lab.ssh("m1", `timeout 5 bash -c '</dev/tcp/${address}/22'`, { check: false });
            assert.match(attempt.stderr, /Network is unreachable|No route to host/, address);
            assert.ok(Date.now() - begun < 3000, `${address} took ${Date.now() - begun} ms`);
        }
        // Nor over the machine: it does not forward what comes from a lab.
        await lab.ssh("m1", `ip route add ${other.subnet}.0/24 via ${lab.subnet}.1`);
        await assert.rejects(lab.ssh("m1", `timeout 1 bash -c '</dev/tcp/${other.host("m1").address}/22'`));
        await other.ssh("m1", "true");
    });

    it("keeps what is on a host's disk when the power is lost, and boots it again", async () => {
        const before = await bootOf("m1");
        await lab.ssh("m1", "for file in /root/file /var/lib/etcd/file; do echo kept >$file; sync $file; done");
        await lab.crash("m1");
        assert.equal(stateOf("m1").on, false);
        assert.deepEqual(processesOf(`/${name}/m1/`), []);
        await lab.start("m1");
        assert.equal(await output("m1", "cat /root/file /var/lib/etcd/file"), "kept\nkept");
        assert.notEqual(await bootOf("m1"), before);
    });

    it("loses with the power what is not on the disk yet, as ext4 does: new files are empty", async () => {
        await lab.ssh(
            "m1",
            "cd /root && echo lost >new && echo old >replaced && sync replaced && echo new >r && mv r replaced",
        );
        await lab.crash("m1");
        await lab.start("m1");
        assert.equal(await output("m1", "cd /root && stat -c %s new && cat replaced"), "0\nnew");
    });

    it("lets a host reboot itself", async () => {
        const before = await bootOf("m1");
        await lab.ssh("m1", "systemctl reboot", { check: false });
        await eventually(async () => assert.notEqual(await bootOf("m1"), before));
        assert.equal(await output("m1", "systemctl is-system-running --wait"), "running");
    });

    it("can pull the plug of a host with a frozen process, as a killed runc leaves it", async () => {
        await lab.ssh(
            "m1",
            `setsid sleep 1000 >/dev/null 2>&1 </dev/null & cd /sys/fs/cgroup
            if [ -d freezer ]; then set -- freezer/frozen freezer.state FROZEN; else set -- frozen cgroup.freeze 1; fi
            mkdir $1 && echo $! >$1/cgroup.procs && echo $3 >$1/$2`,
        );
        await lab.crash("m1");
        assert.deepEqual(processesOf(`/${name}/m1/`), []);
        await lab.start("m1");
    });

    it("switches a host off cleanly, and on", async () => {
        await lab.ssh("m1", "systemd-run --quiet --property=ExecStop='/bin/touch /root/stopped' sleep 1000");
        await lab.stop("m1");
        assert.deepEqual(stateOf("m1"), { ...lab.host("m1"), on: false, cut: false });
        await lab.start("m1");
        await lab.ssh("m1", "test -e /root/stopped");
    });

    it("cuts a host's network, over a reboot too, and heals it", async () => {
        const before = await bootOf("m2");
        await lab.cut("m2");
        assert.equal(stateOf("m2").cut, true);
        await assert.rejects(lab.ssh("m2", "true"));
        await assert.rejects(lab.ssh("m1", "ping -c 1 -W 1 m2"));
        assert.equal(stateOf("m2").on, true);
        await lab.heal("m2");
        assert.equal(await bootOf("m2"), before);

        await lab.cut("m2");
        await lab.crash("m2");
        await lab.start("m2"); // does not wait for what cannot answer
        await assert.rejects(lab.ssh("m1", "ping -c 1 -W 1 m2"));
        await lab.heal("m2");
        await eventually(async () => assert.notEqual(await bootOf("m2"), before));
    });

    it("shows bundles of the cache read-only, also those that were finished after the host started", async () => {
        const cache = process.env.KUBEADM_HA_CACHE;
        process.env.KUBEADM_HA_CACHE = elsewhere;
        try {
            const bundle = join(elsewhere, "pieces", "bundle-1.2.3-0123456789ab");
            mkdirSync(bundle, { recursive: true });
            writeFileSync(join(bundle, "SHA256SUMS"), "sums\n");
            await lab.up(["m1", "m2"]);
        } finally {
            restoreEnvironment("KUBEADM_HA_CACHE", cache);
        }
        assert.equal(await output("m1", "cat /media/kubeadm-ha/1.2.3/SHA256SUMS"), "sums");
        await assert.rejects(lab.ssh("m1", "touch /media/kubeadm-ha/1.2.3/file"), /Read-only file system/);
        await assert.rejects(lab.ssh("m1", "touch /media/kubeadm-ha/file"), /Read-only file system/);
    });

    it("has a table of its hosts", () => {
        const { stdout } = onCommandLine(["status"]);
        assert.match(
            stdout,
            /^HOST +ADDRESS +STATE +UPTIME +MEMORY +NETWORK\nm1 +10\.77\.\d+\.11 +on +.* s +\d+ MiB +ok\nm2 /,
        );
    });

    it("says what is wrong", async () => {
        const { status, stderr } = onCommandLine(["fly"]);
        assert.equal(status, 1);
        assert.match(stderr, /There is no command "fly"\.[\s\S]*npm run lab -- up/);
        await assert.rejects(lab.up(["m9"]), /A lab has no host "m9"\. Its hosts are: lb m1/);
        await assert.rejects(lab.crash("w3"), /has not made the host w3 yet\. Run: npm run lab -- up w3 --lab labtest/);
        assert.throws(() => Lab.open("Much too long"), /cannot be a lab's name/);
    });

    it("says in a sentence that it needs Linux and root, and what to do instead", async () => {
        const { getuid, platform } = process;
        try {
            process.getuid = () => 1000;
            await assert.rejects(
                lab.up(["m1"]),
                /A lab needs root: .* Declare hosts of your own in a stack file instead/,
            );
            Object.defineProperty(process, "platform", { value: "darwin" });
            await assert.rejects(lab.up(["m1"]), /A lab needs Linux, and this is darwin\. Declare hosts of your own/);
        } finally {
            process.getuid = getuid;
            Object.defineProperty(process, "platform", { value: platform });
        }
    });

    it("that is alive cannot be had or taken down by another checkout", async () => {
        await assert.rejects(
            otherCheckout.up(["m1"]),
            /A lab "labtest" of .* runs on this machine\. Use another name: --lab OTHER/,
        );
        await assert.rejects(otherCheckout.down(), /belongs to .*Take it down there/);
        await lab.ssh("m1", "true");
    });

    it("whose processes were all killed is taken over by the next up, of another checkout too", async () => {
        await killAll(name);
        await otherCheckout.up(["m1"]);
        assert.equal((await otherCheckout.ssh("m1", "hostname")).stdout, "m1\n");
        assert.deepEqual(
            tracesOf(lab.folder).filter((trace) => trace.startsWith("mount")),
            [],
        );
        await assert.rejects(lab.up(["m1"]), /Use another name/);

        await killAll(name);
        await lab.up(["m1"]);
        assert.equal(await output("m1", "cat /root/file"), "kept");
    });

    it("dies with its supervisors", async () => {
        const before = await bootOf("m1");
        process.kill(Math.min(...processesOf(`/${name}/m1.supervisor/`)), "SIGKILL"); // the shell; the others are its children
        await eventually(async () => assert.deepEqual(processesOf(`/${name}/`), []));
        await lab.up(["m1"]);
        assert.notEqual(await bootOf("m1"), before);
    });

    it("leaves nothing behind when it is taken down, half gone or not", async () => {
        assert.notDeepEqual(tracesOf(name), []);
        execFileSync("ip", ["netns", "del", `kubeadm-ha.${name}`]);
        rmSync(join(lab.folder, "lab.json"));
        await lab.down();
        await eventually(async () => assert.deepEqual(tracesOf(name), [])); // this process's children end as zombies first
        assert.notDeepEqual(tracesOf(otherName), []);
        await other.ssh("m1", "true");
        await other.down();
        await eventually(async () => assert.deepEqual(tracesOf(otherName), []));
        await lab.down(); // nothing there to take down
        assert.deepEqual(lab.status(), []);
    });

    function stateOf(host: string) {
        const found = lab.status().find((state) => state.name === host);
        assert.ok(found);
        return found;
    }

    async function output(host: string, command: string): Promise<string> {
        return (await lab.ssh(host, command)).stdout.trim();
    }

    function bootOf(host: string): Promise<string> {
        return output(host, "cat /proc/sys/kernel/random/boot_id");
    }
});

function onCommandLine(words: string[], input = "") {
    const tsx = join(projectFolder, "node_modules", ".bin", "tsx");
    const main = join(projectFolder, "lab", "main.ts");
    return spawnSync(tsx, [main, "--lab", name, ...words], { input, encoding: "utf8" });
}

/** Everything on the machine that carries the lab's name. */
function tracesOf(lab: string): string[] {
    const labels: [string, string[]][] = [
        [
            "network namespace",
            readIfThere("/run/netns").filter((entry) => `${entry}.`.startsWith(`kubeadm-ha.${lab}.`)),
        ],
        ["link", readIfThere("/sys/class/net").filter((link) => link === `lab-${lab}`)],
        [
            "mount",
            readFileSync("/proc/mounts", "utf8")
                .split("\n")
                .filter((line) => `${line.split(" ")[1]}/`.includes(`${lab}/`)),
        ],
        ["cgroup", cgroupsOf(lab)],
        ["process", processesOf(`/kubeadm-ha-lab/${lab}/`).map(String)],
        ["entry", readIfThere("/run/kubeadm-ha-lab").filter((entry) => entry.startsWith(`${lab}.`))],
        ["folder", readIfThere(join(projectFolder, ".state", "lab")).filter((entry) => entry === lab)],
    ];
    return labels.flatMap(([label, found]) => found.map((what) => `${label} ${what}`));
}

function cgroupsOf(lab: string): string[] {
    const hierarchies = ["", ...readIfThere("/sys/fs/cgroup")];
    return hierarchies.filter((hierarchy) =>
        readIfThere(join("/sys/fs/cgroup", hierarchy, "kubeadm-ha-lab")).includes(lab),
    );
}

function processesOf(group: string): number[] {
    const all = readdirSync("/proc").map(Number).filter(Number.isInteger);
    return all.filter((pid) => {
        try {
            return readFileSync(`/proc/${pid}/cgroup`, "utf8")
                .split("\n")
                .some((line) => `${line}/`.includes(group));
        } catch {
            return false; // gone meanwhile
        }
    });
}

/** As when the session that started the lab ends with everything in it. */
async function killAll(lab: string): Promise<void> {
    await eventually(async () => {
        const left = processesOf(`/kubeadm-ha-lab/${lab}/`);
        left.forEach(killIfAlive);
        assert.deepEqual(left, []);
    });
}

function killIfAlive(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, "ESRCH");
    }
}

function readIfThere(folder: string): string[] {
    try {
        return readdirSync(folder);
    } catch {
        return [];
    }
}

function restoreEnvironment(variable: string, value: string | undefined): void {
    if (value === undefined) {
        delete process.env[variable];
    } else {
        process.env[variable] = value;
    }
}

async function eventually(check: () => Promise<void>): Promise<void> {
    for (let tries = 400; ; tries--) {
        try {
            return await check();
        } catch (error) {
            if (tries === 0) {
                throw error;
            }
            await sleep(100);
        }
    }
}
