import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { commandOfTheMachine } from "../commandOnPath";
import { buildGoProgram } from "../goBuild";
import { unpackPublished } from "../officialDownload";
import { type Piece, type Source, SourceRefused } from "../piece";
import { versions } from "../versions";

const cli = "pulumi";
const languageHost = "pulumi-language-nodejs";

/** The engine with its CLI, and the language host that runs TypeScript programs; both in the folder bin. */
export const engine: Piece = {
    name: "pulumi",
    version: versions.engine,
    recipe: ["pulumi/engine.ts", "pulumi/engine", "pulumi/language-host"],
    buildTools: ["go"],
    sources: [onThisMachine(), officialDownload(), builtFromModules()],
};

function onThisMachine(): Source {
    return {
        title: "on this machine",
        async make(into) {
            const found = commandOfTheMachine(cli);
            if (!found) {
                throw new SourceRefused("there is no pulumi on PATH");
            }
            const { stdout } = spawnSync(found, ["version"], {
                encoding: "utf8",
                env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
            });
            const version = (stdout ?? "").trim();
            if (version !== `v${versions.engine}`) {
                throw new SourceRefused(`${found} is ${version || "broken"}, and v${versions.engine} is needed`);
            }
            if (!existsSync(join(dirname(found), languageHost))) {
                throw new SourceRefused(`beside ${found} there is no ${languageHost}`);
            }
            const programs = readdirSync(dirname(found)).filter((name) => name === cli || name.startsWith(`${cli}-`));
            mkdirSync(join(into, "bin"));
            for (const program of programs) {
                copyFileSync(join(dirname(found), program), join(into, "bin", program));
            }
        },
    };
}

function officialDownload(): Source {
    return {
        title: "official download",
        async make(into, workshop) {
            const releases = "https://get.pulumi.com/releases/sdk";
            const url = `${releases}/pulumi-v${versions.engine}-${process.platform}-${process.arch}.tar.gz`;
            const checksumsUrl = `${releases}/pulumi-${versions.engine}-checksums.txt`;
            await unpackPublished({ url, checksumsUrl }, join(into, "bin"), 1, workshop);
        },
    };
}

function builtFromModules(): Source {
    return {
        title: "build from Go modules",
        async make(into, workshop) {
            await buildGoProgram(
                {
                    module: join(__dirname, "engine"),
                    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
                    output: join(into, "bin", cli),
                    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${versions.engine}` },
                    cpuSeconds: 300,
                },
                workshop,
            );
            await buildGoProgram(
                {
                    module: join(__dirname, "language-host"),
                    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
                    output: join(into, "bin", languageHost),
                    cpuSeconds: 22,
                },
                workshop,
            );
        },
    };
}
