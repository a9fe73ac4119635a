import { execFileSync } from "node:child_process";
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Makes an apt repository (flat, suite "/", not signed) of packages that a Debian tree has installed: the packages as Debian has
 * made them, but for the documentation that the tree leaves out.
 * @param root the tree, with its dpkg database
 */
export function makeDebianRepository(folder: string, root: string, names: string[]): void {
    mkdirSync(folder, { recursive: true });
    for (const name of names) {
        repack(name, root, folder);
    }
    const make = (...args: string[]) => execFileSync("apt-ftparchive", args, { cwd: folder, encoding: "utf8" });
    writeFileSync(join(folder, "Packages"), make("packages", "."));
    writeFileSync(join(folder, "Release"), make("release", "."));
}

/**
 * Makes a package with nothing in it, for a conflict.
 * @returns its file
 */
export function emptyPackage(folder: string, name: string, version: string): string {
    const build = join(folder, "empty", name);
    const control = `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nMaintainer: test\nDescription: ${name}\n`;
    mkdirSync(join(build, "DEBIAN"), { recursive: true });
    writeFileSync(join(build, "DEBIAN", "control"), control);
    const file = join(folder, `${name}.deb`);
    execFileSync("dpkg-deb", ["--root-owner-group", "--build", build, file], { stdio: "pipe" });
    return file;
}

function repack(name: string, root: string, folder: string): void {
    const build = join(folder, "build", name);
    const database = join(root, "var", "lib", "dpkg");
    const status = execFileSync("dpkg-query", [`--admindir=${database}`, "--status", name], { encoding: "utf8" });
    mkdirSync(join(build, "DEBIAN"), { recursive: true });
    // What dpkg has added to the package's own fields.
    const control = status.replace(/^Status: .*\n/m, "").replace(/^Conffiles:\n(?: .*\n)*/m, "");
    writeFileSync(join(build, "DEBIAN", "control"), control);
    for (const script of ["preinst", "postinst", "prerm", "postrm", "triggers", "conffiles"]) {
        const from = join(database, "info", `${name}.${script}`);
        if (existsSync(from)) {
            cpSync(from, join(build, "DEBIAN", script));
        }
    }
    for (const path of readFileSync(join(database, "info", `${name}.list`), "utf8")
        .trim()
        .split("\n")) {
        const from = join(root, path);
        const stat = lstatSync(from, { throwIfNoEntry: false });
        if (stat && !stat.isDirectory()) {
            mkdirSync(dirname(join(build, path)), { recursive: true });
            cpSync(from, join(build, path), { verbatimSymlinks: true });
        }
    }
    execFileSync("dpkg-deb", ["--root-owner-group", "--build", build, folder], { stdio: "pipe" });
}
