import { execFileSync } from "node:child_process";
import { imageNames } from "./images";
import type { BundleVersion } from "./versions";

/**
 * Throws unless the bundle has every image that this kubeadm will ask for. A host that misses one would try to pull it,
 * and fail where there is no internet.
 */
export function checkImageNames(kubeadm: string, version: BundleVersion): void {
    const args = ["config", "images", "list", "--kubernetes-version", `v${version.kubernetes}`];
    const wanted = execFileSync(kubeadm, args, { encoding: "utf8" }).trim().split("\n");
    const { node, master } = imageNames(version);
    const missing = wanted.filter((name) => ![...node, ...master].includes(name));
    if (missing.length > 0) {
        const what = `kubeadm ${version.kubernetes} wants ${missing.join(", ")}, which the bundle does not have`;
        throw new Error(`${what}. Correct the entry in toolchain/kubernetes/versions.ts.`);
    }
}
