import { execFileSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import { KubeadmCluster, type KubeadmClusterArgs } from "../../components/cluster";
import { deliver } from "../../components/delivery";
import { testCa } from "./testCa";

/** A registered resource as the engine would see it; secrets are wrapped and marked. */
export interface Registered {
    type: string;
    name: string;
    // biome-ignore lint/suspicious/noExplicitAny: inputs are of any shape
    inputs: any;
    /** The resource option. */
    ignoreChanges: string[];
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
            latest.push({ type, name, inputs, ignoreChanges: ignored.get(`${type} ${name}`) ?? [] });
            const pem = {
                privateKeyPem: name.endsWith("kubernetes-ca-key") ? testCa.privateKey : `${name} PRIVATE KEY`,
                certPem: name.endsWith("-ca") ? testCa.certificate : `${name} CERTIFICATE`,
                publicKeyPem: `${name} PUBLIC KEY`,
            };
            const signed = type === "command:local:Command" ? { stdout: `${name} CERTIFICATE` } : {};
            const read = name.endsWith("-pki-source-read") ? { stdout: sealedPki(name.replace("read", "seal")) } : {};
            const kept = { output: inputs.input, result: `${name} RESULT` };
            return {
                id: name,
                state: { ...inputs, ...pem, certRequestPem: `${name} REQUEST`, ...signed, ...read, ...kept },
            };
        },
    });
    const ignored = rememberIgnoreChanges();
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

/** What the step read-pki tells, sealed with the password that the mocks give this resource. */
function sealedPki(password: string): string {
    const { certificate, privateKey } = testCa;
    const pairs = ["ca", "etcd/ca", "front-proxy-ca"].flatMap((name) => [
        { path: `${name}.crt`, mode: "0600", content: certificate },
        { path: `${name}.key`, mode: "0600", content: privateKey },
    ]);
    const key = ["sa.key", "sa.pub"].map((path) => ({ path, mode: "0600", content: `${path} KEY` }));
    const args = ["enc", "-aes-256-cbc", "-pbkdf2", "-iter", "10000", "-md", "sha256", "-base64"];
    const input = deliver([...pairs, ...key]);
    return execFileSync("openssl", [...args, "-pass", `pass:${password} RESULT`], { input, encoding: "utf8" });
}

/** Mocks are not given the option; the engine's client is. It is internal to the SDK. */
function rememberIgnoreChanges(): Map<string, string[]> {
    const ignored = new Map<string, string[]>();
    const monitor = getMonitor() as unknown as { registerResource(request: RegisterRequest, ...rest: unknown[]): void };
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, ...rest) => {
        ignored.set(`${request.getType()} ${request.getName()}`, request.getIgnorechangesList());
        register(request, ...rest);
    };
    return ignored;
}

interface RegisterRequest {
    getType(): string;
    getName(): string;
    getIgnorechangesList(): string[];
}
