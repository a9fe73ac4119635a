import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { initConfiguration } from "../../components/kubeadmConfiguration";
import { planCluster } from "../../config/clusterPlan";
import { kubeadmPath } from "../../toolchain/locate";
import { externalCa, smallCluster } from "../support/examples";
import { type Registered, register } from "../support/register";

/** Requests for what kubeadm calls so. */
const requests: Record<string, string> = {
    "pki/apiserver": "c-pki-m1-apiserver",
    "pki/apiserver-kubelet-client": "c-pki-apiserver-kubelet-client",
    "pki/apiserver-etcd-client": "c-pki-apiserver-etcd-client",
    "pki/front-proxy-client": "c-pki-front-proxy-client",
    "pki/etcd/server": "c-pki-m1-etcd-server",
    "pki/etcd/peer": "c-pki-m1-etcd-peer",
    "pki/etcd/healthcheck-client": "c-pki-etcd-healthcheck-client",
    "admin.conf": "c-pki-masters-admin",
    "super-admin.conf": "c-pki-super-admin",
    "controller-manager.conf": "c-pki-controller-manager",
    "scheduler.conf": "c-pki-scheduler",
    "kubelet.conf": "c-pki-m1",
};

describe("certificates that a master is given", () => {
    let folder: string;
    let resources: Registered[];
    before(async () => {
        const local = { serverCertSANs: ["etcd.example.com"], peerCertSANs: ["192.0.2.99"] };
        const config = smallCluster({
            endpoint: "api.example.com:6443",
            network: { serviceSubnet: "172.30.0.0/16", dnsDomain: "example.internal" },
            pki: { external: externalCa },
            kubeadm: {
                clusterConfiguration: {
                    apiServer: { certSANs: ["*.example.org", "192.0.2.77", "m1"] },
                    etcd: { local },
                },
            },
        });
        folder = mkdtempSync(join(tmpdir(), "given-"));
        const plan = planCluster(config);
        const file = join(folder, "kubeadm.yaml");
        writeFileSync(file, initConfiguration(plan, plan.masters[0]));
        const words = ["certs", "generate-csr", "--config", file, "--cert-dir", join(folder, "pki")];
        execFileSync(kubeadmPath(), [...words, "--kubeconfig-dir", folder], { stdio: "pipe" });
        resources = await register(["c", config]);
    });
    after(() => rmSync(folder, { recursive: true }));

    it("are those that kubeadm makes requests for, with the same subjects and names", () => {
        const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
        const asked = files.filter((name) => name.endsWith(".csr")).map((name) => name.slice(0, -".csr".length));
        assert.deepEqual(asked.sort(), Object.keys(requests).sort());
        for (const file of asked) {
            const own = resources.find(({ name }) => name === `${requests[file]}-request`)?.inputs;
            const { commonName, organization } = own.subject;
            const subject = [...(organization ? [`O = ${organization}`] : []), `CN = ${commonName}`].join(", ");
            const names = [...(own.dnsNames ?? []), ...(own.ipAddresses ?? [])].map((name) =>
                name === "::1" ? "0:0:0:0:0:0:0:1" : name,
            );
            assert.deepEqual({ subject, names: names.sort() }, inRequest(file), file);
        }
    });

    it("are, with the shared files and without a CA's key, all that kubeadm wants there", () => {
        const found = resources.find(({ name }) => name === "c-first-master-found");
        const paths = [...stdinOf(found).matchAll(/^#file \d+ \/etc\/kubernetes\/(\S+)$/gm)].map(([, path]) => path);
        const pairs = Object.keys(requests).flatMap((name) =>
            name.endsWith(".conf") ? [name] : [`${name}.crt`, `${name}.key`],
        );
        const shared = ["ca.crt", "front-proxy-ca.crt", "etcd/ca.crt", "sa.key", "sa.pub"].map((file) => `pki/${file}`);
        assert.deepEqual(paths.sort(), [...pairs, ...shared].sort());
    });

    it("lead where kubeadm's lead: the administrator's to the endpoint, those of the host's parts to its own API server", () => {
        const stdin = stdinOf(resources.find(({ name }) => name === "c-first-master-found"));
        for (const name of ["admin", "super-admin", "controller-manager", "scheduler", "kubelet"]) {
            const [, text] =
                new RegExp(`^#file 0600 /etc/kubernetes/${name}.conf\n(.*?)^#end$`, "ms").exec(stdin) ?? [];
            const own = parse(text).clusters[0].cluster.server;
            // kubelet's leads to the endpoint only as long as kubeadm init has not begun.
            const kubeadms = parse(readFileSync(join(folder, `${name}.conf`), "utf8")).clusters[0].cluster.server;
            assert.equal(own, name === "kubelet" ? "https://192.0.2.11:6443" : kubeadms, name);
        }
    });

    function stdinOf(resource?: Registered): string {
        return resource?.inputs.stdin.value;
    }

    /** Subject and names of kubeadm's own request. */
    function inRequest(file: string): { subject: string; names: string[] } {
        const text = execFileSync("openssl", ["req", "-in", join(folder, `${file}.csr`), "-noout", "-text"], {
            encoding: "utf8",
        });
        const names = /Subject Alternative Name: *\n *(.*)/.exec(text)?.[1].split(", ") ?? [];
        return {
            subject: /Subject: (.*)/.exec(text)?.[1] ?? "",
            names: names.map((name) => name.replace(/^(DNS|IP Address):/, "")).sort(),
        };
    }
});
