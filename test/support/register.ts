import * as pulumi from "@pulumi/pulumi";
import { KubeadmCluster, type KubeadmClusterArgs } from "../../components/cluster";
import { testCa } from "./testCa";

/** A registered resource as the engine would see it; secrets are wrapped and marked. */
export interface Registered {
    type: string;
    name: string;
    // biome-ignore lint/suspicious/noExplicitAny: inputs are of any shape
    inputs: any;
}

const privateKey = "-----BEGIN OPENSSH PRIVATE KEY-----";

let latest: Registered[] = [];

/** What the last call of `register` has registered, also where it has failed. */
export function registered(): Registered[] {
    return latest;
}

/** Registers a cluster with mocks in place of engine and plugins, and returns what was registered. */
export async function register(...clusters: [string, KubeadmClusterArgs][]): Promise<Registered[]> {
    latest = [];
    await pulumi.runtime.setMocks({
        call: () => ({}),
        newResource: ({ type, name, inputs }) => {
            latest.push({ type, name, inputs });
            const pem = {
                privateKeyPem: name.endsWith("kubernetes-ca-key") ? testCa.privateKey : `${name} PRIVATE KEY`,
                certPem: name.endsWith("-ca") ? testCa.certificate : `${name} CERTIFICATE`,
                publicKeyPem: `${name} PUBLIC KEY`,
            };
            const signed = type === "command:local:Command" ? { stdout: `${name} CERTIFICATE` } : {};
            return { id: name, state: { ...inputs, ...pem, certRequestPem: `${name} REQUEST`, ...signed } };
        },
    });
    const kubeconfigs = clusters.map(
        ([name, args]) => new KubeadmCluster(name, { sshPrivateKey: privateKey, ...args }).kubeconfig,
    );
    await Promise.all(kubeconfigs.map((output) => new Promise((resolve) => output.apply(resolve))));
    // Registrations whose inputs are outputs of others arrive in later turns of the event loop.
    for (let count = -1; count !== latest.length; ) {
        count = latest.length;
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return latest;
}
