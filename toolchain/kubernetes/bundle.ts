import type { Piece } from "../piece";
import { builtBundle } from "./buildBundle";
import { finishedBundle } from "./finishedBundle";
import { goParts } from "./goParts";
import { officialBundle } from "./officialBundle";
import { type BundleVersion, bundleVersions } from "./versions";

/** What decides what a bundle is, beside its wrapper modules. Relative to toolchain/, as a piece's recipe is. */
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

/**
 * All that hosts need of one Kubernetes version, laid out as the hosts' scripts expect it:
 * SHA256SUMS · bin/ programs · cni/ network plugins · images/node.tar for every node · images/master.tar for masters.
 */
export function bundle(version: string): Piece {
    const found = bundleVersions.find(({ kubernetes }) => kubernetes === version);
    if (!found) {
        const known = bundleVersions.map(({ kubernetes }) => kubernetes).join(", ");
        throw new Error(
            `There is no bundle of Kubernetes ${version}. There are: ${known} (toolchain/kubernetes/versions.ts).`,
        );
    }
    return bundlePiece(found);
}

/** Every bundle that can be had. */
export const bundles: Piece[] = bundleVersions.map(bundlePiece);

function bundlePiece(version: BundleVersion): Piece {
    return {
        name: "bundle",
        version: version.kubernetes,
        recipe: [...recipe, ...goParts(version).map((part) => part.module)].map((path) => `kubernetes/${path}`),
        buildTools: ["go", "gcc", "libc6-dev", "libseccomp-dev", "pkg-config", "mmdebstrap", "tar"],
        sources: [finishedBundle(version), officialBundle(version), builtBundle(version)],
    };
}
