/** The step that makes a node what the configuration says: version and settings are in the command, so that a plan shows them. */
export function maintain(kubernetesVersion: string, settingsDigest: string): string {
    return `maintain ${kubernetesVersion} ${settingsDigest}`;
}

/** The Kubernetes version in that command, as a resource has it. Undefined in any other. */
export function maintainedVersion(command: string | undefined): string | undefined {
    return /\/step maintain (\d+\.\d+\.\d+)\b/.exec(command ?? "")?.[1];
}
