import type { FaultCluster } from "./faultCluster";

/** Files of each host, by its name, in the folders where steps and kubeadm write. */
export type HostFiles = Record<string, string[]>;

const folders =
    "/etc/kubeadm-ha /var/lib/kubeadm-ha /run/kubeadm-ha /run/lock /etc/kubernetes /etc/systemd/system /etc/containerd " +
    "/etc/cni /usr/local/lib/kubeadm-ha /usr/local/bin /opt/cni/bin";

/** Files that a host has or has not for other reasons. */
const unrelatedToCuts = [
    // Only the host that has founded the cluster has this one, whatever its role is now.
    "/etc/kubernetes/super-admin.conf",
    // The last step of a host leaves it or not, and which step of a master is the last depends on who runs those of the cluster.
    "/run/kubeadm-ha/cluster-ca.crt",
];

/** What is there on hosts that are switched on. */
export async function filesOn(cluster: FaultCluster, hosts: string[]): Promise<HostFiles> {
    const entries = hosts.map(async (host) => {
        const { stdout } = await cluster.lab.ssh(host, `find ${folders} ! -type d 2>/dev/null | sort`, {
            check: false,
        });
        const files = stdout.trim().split("\n");
        return [host, files.filter((file) => !unrelatedToCuts.includes(file))] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
}

/** Processes of steps that are still at work, and the steps' lock when somebody holds it. */
export async function stepsAtWork(cluster: FaultCluster, hosts: string[]): Promise<string[]> {
    const found = hosts.map(async (host) => {
        const { stdout } = await cluster.lab.ssh(
            host,
            "pgrep -af '[k]ubeadm-ha/step|^[k]ubeadm |^[k]ubectl |^[/]usr/local/bin/kubeadm'; " +
                "flock --nonblock /run/lock/kubeadm-ha true || echo 'the lock of the steps is held'",
            { check: false },
        );
        return stdout
            .split("\n")
            .filter(Boolean)
            .map((line) => `${host}: ${line}`);
    });
    return (await Promise.all(found)).flat();
}

/** Containers that go on on hosts that are no nodes. */
export async function containersOn(cluster: FaultCluster, hosts: string[]): Promise<string[]> {
    const found = hosts.map(async (host) => {
        const { stdout } = await cluster.lab.ssh(host, "crictl ps --quiet", { check: false });
        return stdout.trim() ? [`${host}: containers go on: ${stdout.trim().replaceAll("\n", ", ")}`] : [];
    });
    return (await Promise.all(found)).flat();
}

/**
 * Files that an undisturbed run leaves and this one has not left, and the other way round. Those in /run are gone after a
 * reboot, and come back with the next step.
 */
export function differences(undisturbed: HostFiles, now: HostFiles): string[] {
    return Object.entries(now).flatMap(([host, files]) => {
        const expected = new Set(undisturbed[host] ?? files);
        const there = new Set(files);
        return [
            ...files.filter((file) => !expected.has(file)).map((file) => `${host}: ${file} is left over`),
            ...[...expected]
                .filter((file) => !there.has(file) && !file.startsWith("/run/"))
                .map((file) => `${host}: ${file} is missing`),
        ];
    });
}
