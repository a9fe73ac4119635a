import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { commandOfTheMachine } from "./commandOnPath";
import { goArchitecture } from "./go";
import { buildGoProgram } from "./goBuild";
import { fetchPublished } from "./officialDownload";
import { type Piece, SourceRefused } from "./piece";

const version = "3.14.1";

/** The formatter of shell scripts. A piece because its version decides how scripts look; Debian's differs from release to release. */
export const shfmt: Piece = {
    name: "shfmt",
    version,
    recipe: ["shfmt.ts", "shfmt"],
    buildTools: ["go"],
    sources: [
        { title: "on this machine", make: copyFromPath },
        {
            title: "official download",
            async make(into, workshop) {
                const release = `https://github.com/mvdan/sh/releases/download/v${version}`;
                const url = `${release}/shfmt_v${version}_${process.platform}_${goArchitecture()}`;
                placeProgram(await fetchPublished({ url, checksumsUrl: `${release}/sha256sums.txt` }, workshop), into);
            },
        },
        {
            title: "build from Go modules",
            make: (into, workshop) =>
                buildGoProgram(
                    {
                        module: join(__dirname, "shfmt"),
                        package: "mvdan.cc/sh/v3/cmd/shfmt",
                        output: join(into, "bin", "shfmt"),
                        variables: { "main.version": `v${version}` },
                        cpuSeconds: 20,
                    },
                    workshop,
                ),
        },
    ],
};

async function copyFromPath(into: string): Promise<void> {
    const found = commandOfTheMachine("shfmt");
    if (!found) {
        throw new SourceRefused("there is no shfmt on PATH");
    }
    const { stdout } = spawnSync(found, ["--version"], { encoding: "utf8" });
    if ((stdout ?? "").trim().replace(/^v/, "") !== version) {
        throw new SourceRefused(`${found} is ${(stdout ?? "").trim() || "broken"}, and ${version} is needed`);
    }
    placeProgram(found, into);
}

function placeProgram(file: string, into: string): void {
    mkdirSync(join(into, "bin"), { recursive: true });
    copyFileSync(file, join(into, "bin", "shfmt"));
    chmodSync(join(into, "bin", "shfmt"), 0o755);
}
