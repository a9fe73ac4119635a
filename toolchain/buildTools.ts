import { existsSync } from "node:fs";
import { commandOnPath } from "./commandOnPath";
import { installDebianPackages } from "./debianPackages";

/** A program (or headers) from Debian, and how to see whether it is there. */
interface Tool {
    /** Debian's package. */
    package: string;
    /** A command on PATH, or an absolute path (headers), that shows that it is there. */
    shownBy: string;
}

/**
 * Everything that is taken from Debian. Versions do not matter for these: what must be exact is a piece.
 * "go" is not here: it must be exact, see go.ts. Its bootstrap needs not.
 */
const tools = {
    "apt-ftparchive": { package: "apt-utils", shownBy: "apt-ftparchive" },
    "bootstrap-go": { package: "golang-go", shownBy: "go" },
    "ca-certificates": { package: "ca-certificates", shownBy: "/etc/ssl/certs/ca-certificates.crt" },
    curl: { package: "curl", shownBy: "curl" },
    "dpkg-deb": { package: "dpkg", shownBy: "dpkg-deb" },
    filefrag: { package: "e2fsprogs", shownBy: "filefrag" },
    gcc: { package: "gcc", shownBy: "gcc" },
    git: { package: "git", shownBy: "git" },
    gpg: { package: "gnupg", shownBy: "gpg" },
    ip: { package: "iproute2", shownBy: "ip" },
    jq: { package: "jq", shownBy: "jq" },
    "libc6-dev": { package: "libc6-dev", shownBy: "/usr/include/stdlib.h" },
    "libseccomp-dev": { package: "libseccomp-dev", shownBy: "/usr/include/seccomp.h" },
    mmdebstrap: { package: "mmdebstrap", shownBy: "mmdebstrap" },
    nsenter: { package: "util-linux", shownBy: "nsenter" },
    "pkg-config": { package: "pkgconf", shownBy: "pkg-config" },
    shellcheck: { package: "shellcheck", shownBy: "shellcheck" },
    ssh: { package: "openssh-client", shownBy: "ssh" },
    "ssh-agent": { package: "openssh-client", shownBy: "ssh-agent" },
    "ssh-keygen": { package: "openssh-client", shownBy: "ssh-keygen" },
    sshd: { package: "openssh-server", shownBy: "sshd" },
    tar: { package: "tar", shownBy: "tar" },
} satisfies Record<string, Tool>;

/** What a piece may need to be made, or a test to run. "go" is seen to by go.ts. */
export type BuildTool = keyof typeof tools | "go";

/** The tools among `wanted` that this machine does not have. */
export function missingTools(wanted: BuildTool[]): Exclude<BuildTool, "go">[] {
    const unique = [...new Set(wanted)].filter((tool) => tool !== "go");
    return unique.filter((tool) => !isThere(tools[tool]));
}

/**
 * Installs what is missing, in one go, where that is possible (root and apt-get).
 * Elsewhere throws one error that names everything missing and what to do.
 */
export function ensureTools(wanted: BuildTool[], say: (words: string) => void = console.log): void {
    const missing = missingTools(wanted);
    if (missing.length === 0) {
        return;
    }
    const packages = [...new Set(missing.map((tool) => tools[tool].package))].sort();
    if (process.getuid?.() !== 0 || !commandOnPath("apt-get")) {
        throw new Error(
            `This machine lacks ${missing.join(", ")}, and they can be installed from here only by root on Debian or Ubuntu.\n` +
                `Install them yourself (Debian's packages: ${packages.join(" ")}), or run this once as root. Then run it again.`,
        );
    }
    installDebianPackages(packages, say);
    const still = missingTools(wanted);
    if (still.length > 0) {
        throw new Error(
            `apt-get installed ${packages.join(" ")}, but there is still no ${still.join(", ")}. Look for the reason in its output above.`,
        );
    }
}

function isThere(tool: Tool): boolean {
    return tool.shownBy.startsWith("/") ? existsSync(tool.shownBy) : commandOnPath(tool.shownBy) !== undefined;
}
