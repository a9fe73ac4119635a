import type { Mistake } from "./configError";
import { minorOf } from "./kubernetesVersions";
import type { CompleteClusterConfig } from "./schema";

/** Packages that cannot be trusted, and repositories that hold another minor than the one that is wanted. */
export function packageMistakes({ packages, kubernetesVersion }: CompleteClusterConfig): Mistake[] {
    if (packages.source === "bundle") {
        return packages.url.startsWith("http:") && !packages.sha256
            ? [
                  {
                      path: "cluster.packages.sha256",
                      words: "is missing: over http:// only the digest of SHA256SUMS tells a changed bundle",
                      example:
                          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 (sha256sum SHA256SUMS)",
                  },
              ]
            : [];
    }
    return [...oldContainerd(packages), ...otherMinor(packages, kubernetesVersion)];
}

type AptPackages = Extract<CompleteClusterConfig["packages"], { source: "apt" }>;

/** containerd's settings are written in version 3 of its file, which 1.x does not read. */
function oldContainerd({ containerdVersion }: AptPackages): Mistake[] {
    return containerdVersion !== undefined && /^[01]\./.test(containerdVersion)
        ? [
              {
                  path: "cluster.packages.containerdVersion",
                  words: `"${containerdVersion}" is too old: this program needs containerd 2.0 or newer`,
                  example: "2.3.3",
              },
          ]
        : [];
}

function otherMinor(packages: AptPackages, kubernetesVersion: string): Mistake[] {
    // The official repository, and mirrors that keep its paths, have one folder for each minor.
    const held = /\/core:\/stable:\/v1\.(\d+)\//.exec(packages.kubernetes?.url ?? "")?.[1];
    return held !== undefined && Number(held) !== minorOf(kubernetesVersion)
        ? [
              {
                  path: "cluster.packages.kubernetes.url",
                  words: `"${packages.kubernetes?.url}" holds 1.${held}.x, and cluster.kubernetesVersion is ${kubernetesVersion}; all nodes have the version of the cluster`,
                  example: `https://pkgs.k8s.io/core:/stable:/v1.${minorOf(kubernetesVersion)}/deb`,
                  comparedWith: ["cluster.kubernetesVersion"],
              },
          ]
        : [];
}

/** A bundle whose folder is named after another version than the one that is wanted. */
export function packageWarnings({ packages, kubernetesVersion }: CompleteClusterConfig): string[] {
    const named = packages.source === "bundle" && /\/v?(1\.\d+\.\d+)\/?$/.exec(packages.url)?.[1];
    return named && named !== kubernetesVersion
        ? [
              `cluster.packages.url: ${packages.url} seems to hold Kubernetes ${named}, and cluster.kubernetesVersion is ${kubernetesVersion}`,
          ]
        : [];
}
