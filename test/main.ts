import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ensureTools } from "../toolchain/buildTools";
import { inWords } from "../toolchain/duration";
import { ensure, pulumiPieces } from "../toolchain/ensure";
import { earlierBundles } from "../toolchain/kubernetes/bundle";
import { pieceFolder } from "../toolchain/locate";
import { projectFolder } from "../toolchain/projectState";
import { runMain } from "../toolchain/runMain";
import { type Count, check, goModule, mocha, type Stage } from "./stages";

/**
 * npm test: every stage, to its end; npm run test:quick: those that need no hosts; npm run test:long: those on clusters,
 * with the tests that npm test leaves out for its time's sake.
 */
async function main(): Promise<number> {
    const [which = "all"] = process.argv.slice(2);
    ensureTools(["git", "shellcheck", "sshd", "ssh-keygen", "ssh-agent", "gpg", "dpkg-deb", "apt-ftparchive"]);
    await ensure(...pulumiPieces, "shfmt", "bundle", ...furtherPieces(which));

    const total: Count = { passed: 0, failed: 0, skipped: 0 };
    for (const stage of stagesOf(which)) {
        const count = await timed(stage);
        total.passed += count.passed;
        total.failed += count.failed;
        total.skipped += count.skipped;
    }
    console.log(`\n${said(total)}`);
    return total.failed === 0 ? 0 : 1;
}

function furtherPieces(which: string): string[] {
    return [
        ...(which === "quick" ? [] : ["lab-rootfs", "kubernetes-e2e"]),
        ...(which === "long" ? earlierBundles.map(({ name, version }) => `${name}@${version}`) : []),
    ];
}

function stagesOf(which: string): Stage[] {
    switch (which) {
        case "all":
            return [
                ...quickStages(),
                ...otherStages(),
                mocha("cluster", [clusterTests, "--grep", "@long", "--invert"]),
            ];
        case "quick":
            return quickStages();
        case "long":
            return [mocha("cluster, in full", [clusterTests])];
        default:
            throw new Error(`there are no tests called ${which}`);
    }
}

const clusterTests = "test/cluster/*.test.ts";

function quickStages(): Stage[] {
    const bin = (name: string) => join(projectFolder, "node_modules", ".bin", name);
    const scripts = shellScripts();
    return [
        check("types", bin("tsc"), ["--noEmit"]),
        check("TypeScript and JSON: format and lint", bin("biome"), ["ci", "--error-on-warnings", "."]),
        check("shell scripts: lint", "shellcheck", ["--shell=bash", ...scripts]),
        check("shell scripts: format", join(pieceFolder("shfmt"), "bin", "shfmt"), [
            "-i",
            "2",
            "-ci",
            "-bn",
            "-d",
            ...scripts,
        ]),
        mocha("unit", ["--parallel", "--jobs=2", "test/unit/**/*.test.ts"]),
        mocha("plan", ["--parallel", "--jobs=2", "test/plan/*.test.ts"]),
    ];
}

function otherStages(): Stage[] {
    return [
        mocha("previews in CI and of other programs", ["--parallel", "--jobs=2", "test/preview/*.test.ts"]),
        goModule("command plugin", "toolchain/command-plugin"),
        mocha("lab", ["test/lab/*.test.ts"]),
    ];
}

/** The shell scripts that are, or will be, in git. */
function shellScripts(): string[] {
    const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--", "*.sh", "hosts", ".ci/run"];
    return execFileSync("git", args, { cwd: projectFolder, encoding: "utf8" }).trim().split("\n");
}

async function timed({ title, run }: Stage): Promise<Count> {
    const started = Date.now();
    console.log(`\n== ${title}`);
    const count = await run();
    console.log(`== ${title}: ${said(count)} after ${inWords((Date.now() - started) / 1000)}`);
    return count;
}

function said({ passed, failed, skipped }: Count): string {
    return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

runMain(main);
