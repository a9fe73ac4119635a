import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../config/configError";
import { kubernetesVersion } from "../config/formats";
import { unsupported } from "../config/upgradePolicy";
import { keepSecretsOutOfDebugLog } from "./debugLog";

/**
 * Refuses an upgrade that Kubernetes does not support in the preview already, where the stack's state tells the version that
 * the cluster has: in an output `kubernetesVersion`, that of KubeadmCluster. Hosts refuse it where the state does not.
 * @returns the version that the cluster has, where the state tells it
 * @throws ConfigError
 */
export async function refuseUnsupportedUpgrade(to: string): Promise<string | undefined> {
    if (!kubernetesVersion.safeParse(to).success) {
        return undefined; // KubeadmCluster refuses it, with all other mistakes
    }
    const from = await lastVersion();
    const reason = from === undefined ? undefined : unsupported({ from, to });
    if (reason) {
        const words = `is ${to}, and the last 'pulumi up' has left this cluster with ${from}: ${reason}`;
        throw new ConfigError([{ path: "cluster.kubernetesVersion", words }]);
    }
    return from;
}

/** Asks the engine, as a StackReference does, which would be a resource in every plan. It answers with all of the outputs. */
async function lastVersion(): Promise<string | undefined> {
    keepSecretsOutOfDebugLog();
    const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
    const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
    const version: unknown = outputs.kubernetesVersion;
    return typeof version === "string" ? version : undefined;
}
