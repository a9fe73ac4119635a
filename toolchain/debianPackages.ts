import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";

/** Debian asks this program before it starts a service; 101 means no. */
const startPolicy = "/usr/sbin/policy-rc.d";
const packageLists = "/var/lib/apt/lists";

/**
 * Installs packages with apt-get, as root. Nothing is started: of openssh-server or nginx only the program is wanted.
 * Waits for another apt or dpkg that is at work. Throws with apt's last words when a package cannot be installed.
 */
export function installDebianPackages(packages: string[], say: (words: string) => void): void {
    say(`Installing from Debian: ${packages.join(" ")}`);
    const services = ["ssh.service", "nginx.service"].filter((service) => !isKnownToSystemd(service));
    withServicesAsleep(() => {
        if (!listsAreEmpty() && aptGet("install", ...packages).ok) {
            return;
        }
        say("  apt-get update first: the package lists are empty or old");
        const update = aptGet("update");
        const install = aptGet("install", ...packages);
        if (!install.ok) {
            throw new Error(
                `apt-get could not install ${packages.join(" ")}:\n${install.lastWords}\n` +
                    (update.ok ? "" : `apt-get update had failed before it:\n${update.lastWords}\n`) +
                    "Check that the package sources in /etc/apt can be reached, then run this again.",
            );
        }
    });
    services.forEach(leaveDisabled);
}

function aptGet(...args: string[]): { ok: boolean; lastWords: string } {
    const options = [
        "-q",
        "-y",
        "--no-install-recommends",
        "-o",
        "DPkg::Lock::Timeout=600",
        "-o",
        "Acquire::Retries=2",
    ];
    const { status, stdout, stderr, error } = spawnSync("apt-get", [...options, ...args], {
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
    });
    const words = `${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`.trim().split("\n");
    return { ok: status === 0, lastWords: words.slice(-15).join("\n") };
}

/** A policy that is there already is somebody's own and stays as it is. */
function withServicesAsleep(work: () => void): void {
    if (existsSync(startPolicy)) {
        work();
        return;
    }
    writeFileSync(startPolicy, "#!/bin/sh\nexit 101\n");
    chmodSync(startPolicy, 0o755);
    try {
        work();
    } finally {
        rmSync(startPolicy, { force: true });
    }
}

function listsAreEmpty(): boolean {
    return !existsSync(packageLists) || !readdirSync(packageLists).some((name) => name.includes("_Packages"));
}

function isKnownToSystemd(service: string): boolean {
    return existsSync(`/lib/systemd/system/${service}`) || existsSync(`/etc/systemd/system/${service}`);
}

/** A service that came with a package just now must not start at the next boot either. */
function leaveDisabled(service: string): void {
    if (isKnownToSystemd(service) && existsSync("/run/systemd/system")) {
        spawnSync("systemctl", ["disable", service], { stdio: "ignore" });
    }
}
