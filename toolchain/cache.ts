import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Where everything lives that was fetched or built: $KUBEADM_HA_CACHE, else kubeadm-ha in the XDG cache folder. */
export function cacheRoot(): string {
    const { KUBEADM_HA_CACHE, XDG_CACHE_HOME } = process.env;
    return KUBEADM_HA_CACHE
        ? resolve(KUBEADM_HA_CACHE)
        : join(XDG_CACHE_HOME || join(homedir(), ".cache"), "kubeadm-ha");
}

/** The engine's own home, with the plugins. Not ~/.pulumi: the project leaves a person's own Pulumi alone. */
export function pulumiHome(): string {
    return join(cacheRoot(), "pulumi-home");
}
