import type { CompleteClusterConfig } from "./schema";

const aYear = "8760h";
const hoursIn: Record<string, number> = { h: 1, m: 1 / 60, s: 1 / 3600, ms: 1 / 3_600_000 };

/** Whole hours that the certificates are valid which kubeadm makes on masters: a year, or certificateValidityPeriod. */
export function validityHours({ kubeadm }: Pick<CompleteClusterConfig, "kubeadm">): number {
    return hoursOf(kubeadm.clusterConfiguration.certificateValidityPeriod ?? aYear);
}

/** The same of those that the cluster signs for kubelets: a year, or kube-controller-manager's cluster-signing-duration. */
export function signingHours({ kubeadm }: Pick<CompleteClusterConfig, "kubeadm">): number {
    const given = kubeadm.clusterConfiguration.controllerManager?.extraArgs ?? [];
    return hoursOf(given.find(({ name }) => name === "cluster-signing-duration")?.value ?? aYear);
}

function hoursOf(duration: string): number {
    const parts = [...duration.matchAll(/([0-9.]+)(ms|h|m|s)/g)];
    return Math.floor(parts.reduce((sum, [, count, unit]) => sum + Number(count) * hoursIn[unit], 0));
}

/** Certificates that are due as soon as they are made. */
export function validityWarnings(config: CompleteClusterConfig): string[] {
    const { renewBeforeDays } = config.certificates;
    const hours = validityHours(config);
    return hours <= renewBeforeDays * 24
        ? [
              `cluster.certificates.renewBeforeDays: each pulumi up renews the masters' certificates, which are valid for ${hours} hours and due ${renewBeforeDays} days before their end`,
          ]
        : [];
}
