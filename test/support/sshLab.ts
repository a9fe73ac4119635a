import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Lab } from "../../lab/lab";
import { freePort, portAnswers } from "./port";

/** The password that sudo asks the users "ops" and "terminal" for; with what a shell could trip over. */
export const sudoPassword = ` right 'horse' "$x" \\n `;

/** Real hosts that are reached in many ways; see `prepare` for who may log in where. */
export class SshLab {
    readonly lab = Lab.open("ssh");
    /** Keys of the test's own, and an agent's socket. */
    readonly folder = mkdtempSync(join(tmpdir(), "ssh-lab-"));
    private readonly children: ChildProcess[] = [];

    async up(): Promise<void> {
        await this.lab.down(); // of a test that was cut off
        await this.lab.up(["m1", "m2", "m3"]);
        execFileSync("ip", ["address", "add", "fd77::1/64", "dev", "lab-ssh", "nodad"]);
        for (const name of ["locked", "jump", "m1-2", "m2-2", "m3-2"]) {
            this.makeKey(name, name === "locked" ? "open sesame" : "");
        }
        await Promise.all(["m1", "m2", "m3"].map((host) => this.prepare(host)));
    }

    async down(): Promise<void> {
        for (const child of this.children) {
            child.kill();
        }
        await this.lab.down();
        rmSync(this.folder, { recursive: true });
    }

    /** Private key of root and of every user on every host. */
    get privateKeyFile(): string {
        return join(this.lab.folder, "id_ed25519");
    }

    /** A further private key: "locked" has the passphrase "open sesame" and is everyone's; "jump" is that user's alone. */
    keyFile(name: "locked" | "jump"): string {
        return join(this.folder, name);
    }

    address(host: string, family: 4 | 6 = 4): string {
        const { address } = this.lab.host(host);
        return family === 4 ? address : `fd77::${address.split(".")[3]}`;
    }

    /** Host key of a host's sshd on port 22, and of the other one, on port 2222. */
    hostKey(host: string, port: 22 | 2222 = 22): string {
        return port === 22 ? this.lab.host(host).hostKey : this.publicKey(`${host}-2`);
    }

    /** An SSH agent that holds the private key; its socket. */
    async startAgent(): Promise<string> {
        const socket = join(this.folder, "agent");
        this.children.push(spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" }));
        while (!existsSync(socket)) {
            await sleep(20);
        }
        execFileSync("ssh-add", ["-q", this.privateKeyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
        return socket;
    }

    /** Makes a host's sshd answer under the name "localhost" too; the port there. */
    async startForwarding(host: string): Promise<number> {
        const port = await freePort("127.0.0.1");
        const words = ["-F", this.lab.sshConfig, "-N", "-L", `127.0.0.1:${port}:127.0.0.1:22`, host];
        this.children.push(spawn("ssh", words, { stdio: "ignore" }));
        await portAnswers(port, "127.0.0.1");
        return port;
    }

    /** Takes a host away and lets another one answer at its address. */
    async impersonate(host: string, impostor: string): Promise<void> {
        await this.lab.crash(host);
        await this.lab.ssh(impostor, `ip address add ${this.address(host)}/24 dev eth0`);
        execFileSync("ip", ["neighbour", "flush", "dev", "lab-ssh"]);
    }

    /** What a host's sshd (port 22) was asked at one of its addresses: the lines of its log, for each connection. */
    async connectionsAt(host: string, address: string): Promise<string[][]> {
        const { stdout } = await this.lab.ssh(host, "journalctl --quiet --unit ssh --output short");
        const byProcess = new Map<string, string[]>();
        for (const line of stdout.split("\n")) {
            const [, pid, words] = / sshd\[(\d+)\]: (.*)/.exec(line) ?? [];
            if (pid !== undefined) {
                byProcess.set(pid, [...(byProcess.get(pid) ?? []), words]);
            }
        }
        return [...byProcess.values()].filter((lines) => lines.some((line) => line.includes(` on ${address} port 22`)));
    }

    async read(host: string, file: string): Promise<string> {
        return (await this.lab.ssh(host, `cat ${file}`)).stdout;
    }

    /**
     * Users: ops (sudo with the password), terminal (the same, but only from one), nopasswd (sudo without), stranger (no
     * sudo), jump (with a key of its own). A second sshd with another host key on port 2222.
     */
    private async prepare(host: string): Promise<void> {
        const variables = {
            IPV6: this.address(host, 6),
            AUTHORIZED: `${this.publicKeyOf(this.privateKeyFile)}\n${this.publicKey("locked")}`,
            JUMP_AUTHORIZED: this.publicKey("jump"),
            PASSWORD: sudoPassword,
            SECOND_KEY: readFileSync(join(this.folder, `${host}-2`), "utf8"),
        };
        const assignments = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}\n`);
        const script = readFileSync(join(__dirname, "sshLab.sh"), "utf8");
        await this.lab.ssh(host, "bash -s", { stdin: assignments.join("") + script });
    }

    private makeKey(name: string, passphrase: string): void {
        execFileSync("ssh-keygen", [
            "-q",
            "-t",
            "ed25519",
            "-N",
            passphrase,
            "-C",
            name,
            "-f",
            join(this.folder, name),
        ]);
    }

    private publicKey(name: string): string {
        return this.publicKeyOf(join(this.folder, name));
    }

    private publicKeyOf(file: string): string {
        return readFileSync(`${file}.pub`, "utf8").trim();
    }
}

function quoted(text: string): string {
    return `'${text.replaceAll("'", "'\\''")}'`;
}
