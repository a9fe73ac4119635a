import { strict as assert } from "node:assert";
import { ConfigError } from "../../config/configError";
import { externalCa, hostKey, smallCluster } from "../support/examples";
import { type Registered, register, registered } from "../support/register";

const secretMark = "4dabf18193072939515e22adb298388d";

const commandsOf = (resources: Registered[]) => resources.filter(({ type }) => type === "command:remote:Command");

function reveal(value: unknown): string {
    return JSON.stringify(value);
}

function isSecret(value: unknown): boolean {
    return typeof value === "object" && value !== null && secretMark in value;
}

describe("the graph", () => {
    it("gives every step of a host a resource named after cluster, host and step", async () => {
        const names = commandsOf(await register(["c", smallCluster()])).map(({ name }) => name);
        const node = (host: string) => ["host", "join", "node"].map((step) => `c-${host}-${step}`);
        const balancer = ["install-load-balancer", "first-back-end", "departures", "back-ends"].map(
            (step) => `c-lb-${step}`,
        );
        const stages = ["m1", "m2", "m3"].map((host) => `c-${host}-stage`);
        const expected = [
            ...["m1", "m2", "m3", "w1"].flatMap(node),
            ...stages,
            ...balancer,
            "c-first-master-found",
            "c-kubeadm-addons",
        ];
        assert.deepEqual(names.sort(), expected.sort());
    });

    it("has three resources for a worker, whose identity no resource keeps", async () => {
        const names = (await register(["c", smallCluster()])).map(({ name }) => name);
        assert.deepEqual(names.filter((name) => name.includes("w1")).sort(), ["c-w1-host", "c-w1-join", "c-w1-node"]);
        assert.deepEqual(names.filter((name) => name.startsWith("c-pki-m1")).sort(), [
            "c-pki-m1",
            "c-pki-m1-key",
            "c-pki-m1-request",
        ]);
    });

    it("tells names and addresses where kubelets ask for serving certificates: a node its own, the approval the workers'", async () => {
        const kubeadm = { kubeletConfiguration: { serverTLSBootstrap: true } };
        const commands = commandsOf(await register(["c", { ...smallCluster(), kubeadm }]));
        const told = commands.flatMap(({ name, inputs }) => {
            const nodes = /serving-nodes\\n(.*?)#end/.exec(reveal(inputs.stdin))?.[1];
            return nodes ? [`${name}: ${nodes}`] : [];
        });
        assert.deepEqual(told.sort(), [
            "c-first-master-found: m1 192.0.2.11\\n",
            "c-m1-join: m1 192.0.2.11\\n",
            "c-m1-node: m1 192.0.2.11\\n",
            "c-m2-join: m2 192.0.2.12\\n",
            "c-m2-node: m2 192.0.2.12\\n",
            "c-m3-join: m3 192.0.2.13\\n",
            "c-m3-node: m3 192.0.2.13\\n",
            "c-serving-certificates: w1 192.0.2.21\\n",
            "c-w1-node: w1 192.0.2.21\\n",
        ]);
    });

    it("takes the same master for what is done once for all, however they are listed", async () => {
        const kubeadm = { kubeletConfiguration: { serverTLSBootstrap: true } };
        const { masters, ...rest } = smallCluster({ kubeadm, pki: { rotate: "trust" } });
        const commands = commandsOf(await register(["c", { ...rest, masters: [...masters].reverse() }]));
        for (const step of ["c-serving-certificates", "c-pki-spread-trust"]) {
            const [{ inputs }] = commands.filter(({ name }) => name === step);
            assert.match(reveal(inputs.connection), /"192\.0\.2\.11"/, step);
        }
    });

    it("keeps secrets out of commands: they travel on stdin, marked as secrets", async () => {
        for (const { name, inputs } of commandsOf(await register(["c", smallCluster()]))) {
            const { stdin, connection, ...plain } = inputs;
            assert.doesNotMatch(reveal(plain), /PRIVATE KEY|CERTIFICATE/, name);
            assert.ok(
                isSecret(connection) || isSecret(connection.privateKey),
                `${name}: the connection's key is no secret`,
            );
            if (/PRIVATE KEY|client-key-data/.test(reveal(stdin))) {
                assert.ok(isSecret(stdin), `${name}: stdin is no secret`);
            }
        }
    });

    it("gives the CA keys to masters only", async () => {
        const joins = commandsOf(await register(["c", smallCluster()])).filter(({ name }) => name.endsWith("-join"));
        const withKeys = joins.filter(({ inputs }) => reveal(inputs.stdin).includes("ca.key")).map(({ name }) => name);
        assert.deepEqual(withKeys.sort(), ["c-m1-join", "c-m2-join", "c-m3-join"]);
    });

    it("gives no CA key to anybody where the CAs are the user's, and a worker a certificate of its own", async () => {
        const resources = await register(["c", smallCluster({ pki: { external: externalCa } })]);
        assert.doesNotMatch(reveal(resources), /ca\.key|CertificateAuthority|LocallySignedCert/);
        const commands = commandsOf(resources);
        const ofWorker = commands.filter(({ name }) => name === "c-w1-join").map(({ inputs }) => reveal(inputs.stdin));
        const paths = [...ofWorker.join().matchAll(/#file \d+ ([^ \\]+)/g)].map(([, path]) => path);
        assert.deepEqual(paths, [
            "/run/kubeadm-ha/cluster-ca.crt",
            "/run/kubeadm-ha/discovery.conf",
            "/etc/kubernetes/kubelet.conf",
            "/var/lib/kubelet/pki/kubelet-client-current.pem",
        ]);
        for (const { name, inputs } of commands) {
            assert.ok(isSecret(inputs.stdin) || !/PRIVATE KEY|client-key-data/.test(reveal(inputs.stdin)), name);
        }
        const signing = resources.filter(({ type }) => type === "command:local:Command");
        assert.equal(signing.length, 2 + 8 + 3 * 4 + 1);
        assert.doesNotMatch(reveal(signing), /PRIVATE KEY/);
    });

    it("checks every host's key, and uses sudo only for those who are not root", async () => {
        const [m1, ...others] = smallCluster().masters;
        const masters = [{ ...m1, ssh: { user: "ops" } }, ...others];
        for (const { name, inputs } of commandsOf(await register(["c", smallCluster({ masters })]))) {
            assert.match(reveal(inputs.connection), new RegExp(hostKey.slice(0, 40)), name);
            const asOps = /m1|first-master|kubeadm-addons/.test(name);
            for (const command of [inputs.create, inputs.update, inputs.delete].filter(Boolean)) {
                // What runs once needs no rights later: its update runs no step.
                assert.equal(command.startsWith("sudo -n "), asOps && command.includes("/step "), name);
            }
        }
    });

    it("hands sudo its password once on each step's stdin, before the cluster and the files", async () => {
        const masters = smallCluster().masters.map((master) => ({ ...master, ssh: { user: "ops" } }));
        const config = smallCluster({ ssh: { user: "ops" }, masters });
        for (const { name, inputs } of commandsOf(await register(["c", { ...config, sudoPassword: "the-password" }]))) {
            const stdin = String(inputs.stdin?.value ?? inputs.stdin);
            const ofFirstStep = inputs.create?.includes("base64 -d");
            const begin = ofFirstStep
                ? "the-password\nthe-password\n\n"
                : "the-password\nthe-password\n\n#cluster c-id RESULT\n#";
            assert.ok(stdin.startsWith(begin), `${name}: ${stdin.slice(0, 80)}`);
            assert.equal(stdin.split("the-password").length, 3, name);
        }
    });

    it("has room for two clusters in one program", async () => {
        const names = (await register(["a", smallCluster()], ["b", smallCluster()])).map(
            ({ type, name }) => `${type} ${name}`,
        );
        assert.equal(new Set(names).size, names.length);
        assert.equal(names.filter((name) => name.endsWith(" a-m1-join") || name.endsWith(" b-m1-join")).length, 2);
    });

    it("refuses a wrong configuration before anything is registered", async () => {
        await assert.rejects(register(["c", smallCluster({ masters: [] })]), ConfigError);
        assert.deepEqual(registered(), []);
    });

    it("refuses an etcd of one's own without the client's key", async () => {
        // Any files that are there.
        const files = { caFile: "package.json", certificateFile: "tsconfig.json" };
        const etcd = { topology: "existing" as const, endpoints: ["https://192.0.2.31:2379"], ...files };
        await assert.rejects(register(["c", smallCluster({ etcd })]), (error: Error) => {
            assert.match(error.message, /etcdClientKey: is missing: the key of tsconfig\.json/);
            return error instanceof ConfigError;
        });
        assert.deepEqual(registered(), []);
    });

    it("refuses hosts whose key nobody knows, all of them at once", async () => {
        const unknown = (name: string, host: string) => ({ name, host });
        const masters = [unknown("m1", "192.0.2.11"), unknown("m2", "192.0.2.12")];
        await assert.rejects(register(["c", smallCluster({ masters })]), (error: Error) => {
            assert.match(
                error.message,
                /cluster\.masters\[0\]\.hostKey: is missing.*\n.*cluster\.masters\[1\]\.hostKey: is missing/,
            );
            return error instanceof ConfigError;
        });
        assert.deepEqual(registered(), []);
    });

    it("does without a load balancer where the endpoint is somebody else's", async () => {
        const config = smallCluster({ endpoint: "api.example.com:6443", loadBalancer: undefined });
        const resources = await register(["c", config]);
        assert.deepEqual(
            resources.filter(({ name }) => name.startsWith("c-lb")),
            [],
        );
    });
});
