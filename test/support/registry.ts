import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { flannel } from "../../components/flannel";
import type { ClusterConfig } from "../../config/schema";
import type { LabCluster } from "./labCluster";

const folder = "/etc/containerd/certs.d";

/** Has the container runtimes of these hosts pull every image from this registry. */
export async function pullFrom(url: string, cluster: LabCluster, hosts: string[]): Promise<void> {
    const content = `[host."${url}"]\n  capabilities = ["pull", "resolve"]\n`;
    for (const host of hosts) {
        await cluster.lab.ssh(host, `mkdir -p ${folder}/_default && cat >${folder}/_default/hosts.toml`, {
            stdin: content,
        });
    }
}

/** containerd's settings of the lab, with the place where it looks for registries. */
export function containerdWithRegistries(cluster: LabCluster): ClusterConfig["containerd"] {
    const dev = cluster.config([], []).containerd as Record<string, Record<string, object>>;
    return { plugins: { ...dev.plugins, "io.containerd.cri.v1.images": { registry: { config_path: folder } } } };
}

/** A manifest of flannel that needs no image but those of a bundle, whose packages bring the plugin along. */
export function flannelManifest(cluster: LabCluster): string {
    const file = join(cluster.stack.folder, "flannel.yaml");
    const objects = flannel({ podSubnet: "10.244.0.0/16", pluginOnHosts: true });
    writeFileSync(file, objects.map((object) => stringify(object)).join("---\n"));
    return file;
}
