import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, portAnswers } from "./port";

const standInPki = join(__dirname, "standInPki.sh");

/**
 * One real sshd on loopback that stands for many hosts (127.x.y.z) and runs nothing: every command reads its stdin and
 * succeeds; the one that reads the PKI of an adopted master tells one. It is there to give the engine a state to plan
 * against; what steps do on hosts is tested in the lab.
 */
export class StandInHosts {
    private constructor(
        /** Port of sshd, on all of 127.0.0.0/8. */
        readonly port: number,
        readonly hostKey: string,
        private readonly folder: string,
        private readonly sshd: ChildProcess,
    ) {}

    static async start(): Promise<StandInHosts> {
        const folder = mkdtempSync(join(tmpdir(), "stand-in-hosts-"));
        const key = (name: string) => {
            execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(folder, name)]);
            return join(folder, name);
        };
        const hostKey = key("host");
        const login = key("login");
        const next = key("next");
        writeFileSync(
            join(folder, "authorized"),
            readFileSync(`${login}.pub`, "utf8") + readFileSync(`${next}.pub`, "utf8"),
        );
        const port = await freePort("0.0.0.0");
        writeFileSync(join(folder, "sshd_config"), configuration(port, folder, hostKey));
        mkdirSync("/run/sshd", { recursive: true });
        const log = join(folder, "log");
        const sshd = spawn("/usr/sbin/sshd", ["-D", "-E", log, "-f", join(folder, "sshd_config")], { stdio: "ignore" });
        await portAnswers(port, "127.0.0.10", () => `sshd said: ${readFileSync(log, "utf8")}`);
        return new StandInHosts(port, readFileSync(`${hostKey}.pub`, "utf8").trim(), folder, sshd);
    }

    /** File of the private key that logs in; `next` is the one that it can be changed to. */
    privateKeyFile(which: "login" | "next" = "login"): string {
        return join(this.folder, which);
    }

    /** What every command on the host of this address says on stdout from now on. */
    answer(address: string, words: string): void {
        writeFileSync(join(this.folder, address), words);
    }

    /** How many logins there have been. */
    connections(): number {
        return readFileSync(join(this.folder, "log"), "utf8").split("Accepted publickey").length - 1;
    }

    /** Connections are taken, and nothing is answered, until `thaw`. */
    freeze(): void {
        this.sshd.kill("SIGSTOP");
    }

    thaw(): void {
        this.sshd.kill("SIGCONT");
    }

    /** Nobody listens any more; the keys stay. */
    switchOff(): void {
        this.sshd.kill();
    }

    stop(): void {
        this.switchOff();
        rmSync(this.folder, { recursive: true });
    }
}

function configuration(port: number, folder: string, hostKey: string): string {
    return `Port ${port}
ListenAddress 0.0.0.0
AllowUsers root@127.0.0.0/8
HostKey ${hostKey}
PidFile ${folder}/pid
AuthorizedKeysFile ${folder}/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
MaxStartups 200
ForceCommand case $SSH_ORIGINAL_COMMAND in *read-pki) bash ${standInPki} ${folder} ;; *) cat > /dev/null; set -- $SSH_CONNECTION; cat ${folder}/$3 2> /dev/null || true ;; esac
`;
}
