import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pulumiHome } from "../cache";
import { goArchitecture } from "../go";
import { unpackPublished } from "../officialDownload";
import { type Piece, type Source, SourceRefused } from "../piece";

/** A resource plugin as a piece: from this machine, from its project's release, or built. */
export function resourcePlugin(plugin: {
    name: string;
    version: string;
    recipe: string[];
    build: Source["make"];
}): Piece {
    const { name, version, recipe, build } = plugin;
    const folderName = `resource-${name}-v${version}`;
    return {
        name: `pulumi-resource-${name}`,
        version,
        recipe: ["pulumi/plugin.ts", "pulumi/plugins.ts", ...recipe],
        buildTools: ["go"],
        sources: [
            { title: "on this machine", make: (into) => copyFromPersonsHome(folderName, into) },
            {
                title: "official download",
                make: (into, workshop) => unpackPublished(officialRelease(name, version), into, 0, workshop),
            },
            { title: "build from Go modules", make: build },
        ],
        place: (folder) => placePlugin(folder, join(pulumiHome(), "plugins", folderName)),
    };
}

/** Where the person's own Pulumi keeps its plugins. A plugin that is just being installed there does not count. */
async function copyFromPersonsHome(folderName: string, into: string): Promise<void> {
    const { PULUMI_HOME } = process.env;
    const home = PULUMI_HOME && PULUMI_HOME !== pulumiHome() ? PULUMI_HOME : join(homedir(), ".pulumi");
    const plugins = join(home, "plugins");
    const found = join(plugins, folderName);
    if (!existsSync(found) || existsSync(`${found}.partial`)) {
        throw new SourceRefused(`${plugins} has no ${folderName}`);
    }
    cpSync(found, into, { recursive: true, dereference: true });
}

function officialRelease(name: string, version: string) {
    const release = `https://github.com/pulumi/pulumi-${name}/releases/download/v${version}`;
    return {
        url: `${release}/pulumi-resource-${name}-v${version}-${process.platform}-${goArchitecture()}.tar.gz`,
        checksumsUrl: `${release}/pulumi-${name}_${version}_checksums.txt`,
    };
}

/**
 * Puts a plugin where the engine looks: a folder with a link to each of the piece's files. The same as
 * `pulumi plugin install --file`, without a second copy of up to 175 MB and without starting the engine.
 */
function placePlugin(piece: string, folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(piece)) {
        const link = join(folder, file);
        const target = join(piece, file);
        if (linkTarget(link) !== target) {
            const fresh = `${link}.${process.pid}`;
            symlinkSync(target, fresh);
            renameSync(fresh, link);
        }
    }
}

function linkTarget(path: string): string | undefined {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}
