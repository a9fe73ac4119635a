/**
 * The minors of Kubernetes 1 that this program builds. 31 is the first whose kubeadm reads the configuration API v1beta4,
 * in which everything here is written; 36 is the newest that it has been run with, and a later kubeadm may want another API.
 */
export const oldestMinor = 31;
export const newestMinor = 36;

/** Stands for a version in examples. */
export const exampleVersion = "1.36.3";

/** The minor of "1.x.y". */
export function minorOf(version: string): number {
    return Number(version.split(".")[1]);
}

export function isBuilt(version: string): boolean {
    return minorOf(version) >= oldestMinor && minorOf(version) <= newestMinor;
}
