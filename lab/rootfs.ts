import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Piece, SourceRefused, type Workshop } from "../toolchain/piece";

const suite = "bookworm";
const recipe = join(__dirname, "rootfs");

/** Nobody reads these on a lab host; they are a third of the tree. */
const leftOut = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*"];

/**
 * mmdebstrap mounts /dev and /proc in the tree, and its children outlive it. With namespaces of its own, that end with
 * the process that asked for the tree, nothing of this can meet whoever clears up after a try that was cut off.
 */
const contained = [
    ...["setpriv", "--pdeathsig", "KILL"],
    ...["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
];

/**
 * The root file system that all lab hosts share (each writes to a disk of its own over it): a plain Debian server
 * without container runtime and Kubernetes. The piece's folder holds it in `root/`.
 */
export const labRootfs: Piece = {
    name: "lab-rootfs",
    version: `${suite}-1`,
    recipe: ["../lab/rootfs.ts", "../lab/rootfs"],
    buildTools: ["mmdebstrap"],
    sources: [{ title: "Debian packages", make: bootstrap }],
};

async function bootstrap(into: string, workshop: Workshop): Promise<void> {
    if (process.platform !== "linux" || process.getuid?.() !== 0) {
        throw new SourceRefused("only root on Linux can make it, and only there can there be a lab");
    }
    const settings = join(workshop.scratch, "apt.conf");
    writeFileSync(settings, machinesAptSettings());
    const [command, ...options] = contained;
    await workshop.run(command, [
        ...options,
        "mmdebstrap",
        "--mode=root",
        "--variant=minbase",
        `--include=${packages().join(",")}`,
        `--aptopt=${settings}`,
        "--dpkgopt=force-unsafe-io", // a tree that is cut off is made anew; waiting for a busy disk takes minutes
        ...leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
        `--customize-hook=${join(recipe, "customize.sh")}`,
        suite,
        join(into, "root"),
        ...machinesAptSources(),
    ]);
}

function packages(): string[] {
    const lines = readFileSync(join(recipe, "packages.txt"), "utf8").split("\n");
    return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

/** How this machine reaches its mirrors (proxies and the like), for mmdebstrap's apt, which does not look there itself. */
function machinesAptSettings(): string {
    const all = execFileSync("apt-config", ["dump"], { encoding: "utf8" }).split("\n");
    return all.filter((line) => /^Acquire::(https?|Check-|Retries)/.test(line)).join("\n");
}

/** Where this machine has its own packages from; with none that fit, mmdebstrap's default for the suite is right. */
function machinesAptSources(): string[] {
    if (!/^VERSION_CODENAME="?bookworm"?$/m.test(readFileSync("/etc/os-release", "utf8"))) {
        return [];
    }
    const folder = "/etc/apt/sources.list.d";
    const more = existsSync(folder) ? readdirSync(folder).filter((name) => /\.(list|sources)$/.test(name)) : [];
    return ["/etc/apt/sources.list", ...more.sort().map((name) => join(folder, name))].filter(existsSync);
}
