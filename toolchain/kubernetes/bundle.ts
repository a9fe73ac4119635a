import type { Piece } from "../piece";
import { builtBundle } from "./buildBundle";
import { finishedBundle } from "./finishedBundle";
import { goParts } from "./goParts";
import { officialBundle } from "./officialBundle";
import { earlierVersions, newestVersion } from "./releases";
import type { BundleVersion } from "./versions";

/** What decides what a bundle is, beside its version's own file and the wrapper modules. */
const recipe = [
    "base-layer.sh",
    "buildBundle.ts",
    "checkImageNames.ts",
    "buildPart.ts",
    "goParts.ts",
    "images.ts",
    "ociImage.ts",
    "officialBundle.ts",
    "registry.ts",
    "sha256Sums.ts",
    "tar.ts",
    "versions.ts",
];

/** Of the newest version: what everything is made and tested with. */
export const bundle = bundlePiece(newestVersion);

/** Of the versions to upgrade and to take over clusters from: made when somebody asks for them. */
export const earlierBundles = earlierVersions.map(bundlePiece);

/**
 * All that hosts need of one Kubernetes version, laid out as the hosts' scripts expect it:
 * SHA256SUMS · bin/ programs · cni/ network plugins · images/node.tar for every node · images/master.tar for masters.
 */
function bundlePiece(version: BundleVersion): Piece {
    const files = [...recipe, `releases/${version.kubernetes}.json`, ...goParts(version).map((part) => part.module)];
    return {
        name: "bundle",
        version: version.kubernetes,
        recipe: files.map((path) => `kubernetes/${path}`),
        buildTools: ["go", "gcc", "libc6-dev", "libseccomp-dev", "pkg-config", "mmdebstrap", "tar"],
        sources: [finishedBundle(version), officialBundle(version), builtBundle(version)],
    };
}
