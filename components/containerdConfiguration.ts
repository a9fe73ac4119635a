import { stringify } from "smol-toml";
import { merge, type Tree } from "../config/merge";

/** Stands for the sandbox image until the host knows it: kubeadm there tells which one its version wants. */
export const pauseImagePlaceholder = "@PAUSE_IMAGE@";

/**
 * containerd's config.toml (version 3, containerd 2.x) with what kubeadm needs: cgroups by systemd, kubeadm's own sandbox image.
 * @param settings tables of the same form, laid over it
 */
export function containerdConfiguration(settings: Tree): string {
    const needed = {
        version: 3,
        plugins: {
            "io.containerd.cri.v1.images": { pinned_images: { sandbox: pauseImagePlaceholder } },
            "io.containerd.cri.v1.runtime": {
                containerd: {
                    runtimes: {
                        runc: { runtime_type: "io.containerd.runc.v2", options: { SystemdCgroup: true } },
                    },
                },
            },
        },
    };
    return `${stringify(merge(needed, settings))}\n`;
}
