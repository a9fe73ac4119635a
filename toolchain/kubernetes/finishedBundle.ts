import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Source, SourceRefused } from "../piece";
import { checkSha256Sums, sumsFile } from "./sha256Sums";
import type { BundleVersion } from "./versions";

/** A folder with a finished bundle, for instance from a colleague or a USB stick. */
const variable = "KUBEADM_HA_BUNDLE";

/**
 * Takes over the bundle that KUBEADM_HA_BUNDLE names. A folder with another Kubernetes version is refused, since one
 * variable cannot name the bundles of two; a folder that is no bundle, or a damaged one, is an error.
 */
export function finishedBundle(version: BundleVersion): Source {
    return {
        title: "on this machine",
        async make(into, workshop) {
            const folder = namedFolder();
            const found = kubernetesVersionIn(folder);
            if (found !== `v${version.kubernetes}`) {
                throw new SourceRefused(`${variable}=${folder} has Kubernetes ${found}, not v${version.kubernetes}`);
            }
            workshop.say(`checks and copies ${folder}`);
            for (const path of [...(await checkSha256Sums(folder)), sumsFile]) {
                mkdirSync(dirname(join(into, path)), { recursive: true });
                copyFileSync(join(folder, path), join(into, path));
            }
        },
    };
}

function namedFolder(): string {
    const named = process.env[variable];
    if (!named) {
        throw new SourceRefused(`${variable} does not name a folder with a finished bundle`);
    }
    const folder = resolve(named);
    if (!existsSync(join(folder, sumsFile))) {
        throw new Error(
            `${variable}=${folder} is no bundle: it has no ${sumsFile}. Name a finished bundle, or unset the variable.`,
        );
    }
    return folder;
}

function kubernetesVersionIn(folder: string): string {
    const { stdout, error } = spawnSync(join(folder, "bin", "kubeadm"), ["version", "--output=short"], {
        encoding: "utf8",
    });
    if (error) {
        throw new Error(
            `${join(folder, "bin", "kubeadm")} cannot be run here: ${error.message}. Is the bundle for this kind of machine?`,
        );
    }
    return stdout.trim();
}
