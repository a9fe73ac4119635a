import { strict as assert } from "node:assert";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { ClusterConfig } from "../../config/schema";
import { earlierVersions, newestVersion } from "../../toolchain/kubernetes/releases";
import { LabCluster } from "../support/labCluster";
import { UserCas } from "../support/userCas";

const [{ kubernetes: from }] = earlierVersions;
const { kubernetes: to } = newestVersion;

describe("CAs of one's own, whose keys are nowhere but with their command @long", function () {
    this.timeout(1_800_000);
    this.bail(true);

    const masters = ["m1", "m2"];
    const workers = ["w1"];
    let version = from;
    let certSANs: string[] = [];
    let cluster: LabCluster;
    let cas: UserCas;

    before(async () => {
        cluster = new LabCluster("ext-ca");
        cas = new UserCas(join(cluster.stack.folder, "cas"));
        await cluster.lab.up(["lb", "m1", "m2", "m3", "w1"]);
    });
    after(() => cluster?.remove());

    it("make no cluster where the command fails; one more pulumi up makes it", async () => {
        cas.fallIll('[ "$KUBEADM_HA_CERTIFICATE" != ext-ca-pki-m2-etcd-peer ] || exit 3');
        declare();
        const { status, output } = cluster.stack.up();
        assert.notEqual(status, 0);
        assert.match(output, /ext-ca-pki-m2-etcd-peer: the command that signs .* it ended with status 3/);
        const { stdout } = await cluster.lab.ssh("m1", "ls -A /etc/kubernetes 2>/dev/null || true");
        assert.equal(stdout.trim(), "");
        cas.fallIll();
        const started = Date.now();
        cluster.stack.upOrThrow();
        console.log(`      (took ${((Date.now() - started) / 1000).toFixed(0)} s)`);
        await cluster.consistsOf(masters, workers);
    });

    it("plan nothing afterwards, and ask nobody to sign", () => {
        cas.forgetCalls();
        assert.deepEqual(cluster.stack.plan(), []);
        cluster.stack.upOrThrow();
        assert.deepEqual(cas.forgetCalls(), []);
    });

    it("are on no host and in no state with their keys", async () => {
        const lines = cas.keyLines();
        const state = cluster.stack.export("--show-secrets");
        assert.deepEqual(
            lines.filter((line) => state.includes(line)),
            [],
        );
        const places =
            "/etc /run /root /tmp /home /opt /usr/local /var/lib/kubeadm-ha /var/lib/kubelet /var/lib/etcd /var/log";
        for (const host of ["lb", ...masters, ...workers]) {
            const patterns = { stdin: lines.map((line) => `${line}\n`).join("") };
            const words = `cat >/dev/shm/patterns; grep --recursive --files-with-matches --fixed-strings --file /dev/shm/patterns ${places} 2>/dev/null; find / -xdev -name '*ca.key' -o -name super-admin.conf; rm /dev/shm/patterns`;
            assert.equal((await cluster.lab.ssh(host, words, patterns)).stdout, "", host);
        }
    });

    it("leave kubelets nothing to ask for", async () => {
        assert.equal(cluster.kubectl("get", "certificatesigningrequests", "--output=name"), "");
        for (const host of [...masters, ...workers]) {
            const { stdout } = await cluster.lab.ssh(host, "grep rotateCertificates /var/lib/kubelet/config.yaml");
            assert.equal(stdout, "rotateCertificates: false\n", host);
        }
        // The API servers reach kubelets.
        assert.match(cluster.kubectl("logs", "--namespace=kube-system", "etcd-m2", "--tail=1"), /./);
    });

    it("grow by a master, and lose no request: the others are touched only when it has its certificates", async () => {
        masters.push("m3");
        declare();
        cas.fallIll('[ "$KUBEADM_HA_CERTIFICATE" != ext-ca-pki-m3-apiserver ] || KUBEADM_HA_USAGES=clientAuth');
        const { output } = cluster.stack.up();
        assert.match(output, /ext-ca-pki-m3-apiserver: .* it lacks the extended key usage serverAuth/);
        assert.deepEqual(cluster.readyNodes(), ["m1", "m2", "w1"]);
        cas.fallIll();
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        await cluster.consistsOf(masters, workers);
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("sign other names of the API servers, which take them up without a restart", async () => {
        const before = await startsOf("kube-apiserver");
        certSANs = ["api.example.com"];
        declare();
        cas.forgetCalls();
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        assert.deepEqual(
            cas.forgetCalls(),
            masters.map((master) => `ext-ca-pki-${master}-apiserver`),
        );
        for (const master of masters) {
            assert.match(await shownBy(master, 6443, "-ext subjectAltName"), /DNS:api\.example\.com/);
        }
        assert.deepEqual(await startsOf("kube-apiserver"), before);
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("renew everything when it is due: one master after another, then kubelets, and no request fails", async () => {
        const before = await serialsOf();
        const clock =
            "urn:pulumi:ext-ca::kubeadm-ha::kubeadm:index:KubeadmCluster$kubeadm:index:Pki$tls:index/selfSignedCert:SelfSignedCert::ext-ca-pki-renewal";
        await cluster.underWrites(() => cluster.stack.upOrThrow("--replace", clock));
        await cluster.consistsOf(masters, workers);
        const after = await serialsOf();
        for (const [place, serial] of Object.entries(before)) {
            assert.notEqual(after[place], serial, place);
        }
        for (const master of masters) {
            for (const port of [6443, 2379]) {
                const shown = await shownBy(master, port, "-serial");
                assert.ok(Object.values(after).includes(shown.trim()), `${master}:${port}`);
            }
        }
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("go through an upgrade, and no request fails; the cluster passes kubeadm's suite", async () => {
        version = to;
        declare();
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        await cluster.consistsOf(masters, workers);
        assert.deepEqual(cluster.kubeletVersions(), [`v${to}`]);
        assert.deepEqual(cluster.stack.plan(), []);
        const { status, output } = await cluster.kubeadmSuite("m2");
        assert.equal(status, 0, output);
    });

    it("are not needed where a lost quorum is recovered", async () => {
        for (const gone of ["m1", "m3"]) {
            await cluster.lab.crash(gone);
        }
        const { status, output } = cluster.stack.recover("m2");
        assert.equal(status, 0, output);
        rmSync(join(cluster.lab.folder, "hosts", "m1"), { recursive: true });
        await cluster.lab.up(["m1"]);
        masters.pop();
        declare();
        cluster.stack.upOrThrow();
        await cluster.consistsOf(masters, workers);
    });

    it("are not taken for others in a living cluster, nor changed for Pulumi's", () => {
        const folder = join(cluster.stack.folder, "other-cas");
        const { frontProxyCaFile, caFile } = new UserCas(folder).config;
        declare({ ...cas.config, caFile });
        assert.match(
            cluster.stack.up().output,
            /it is not signed by the CA|a node of another cluster, whose CA is another/,
        );
        declare({ ...cas.config, frontProxyCaFile });
        cas.fallIll(`[ "$KUBEADM_HA_CA" != front-proxy ] || CA_KEYS=${folder} exec examples/external-ca/sign`);
        assert.match(cluster.stack.up().output, /trusts another CA \(\/etc\/kubernetes\/pki\/front-proxy-ca\.crt\)/);
        cas.fallIll();
        const { pki, ...own } = configOf();
        cluster.stack.configure({ cluster: own });
        assert.match(cluster.stack.up().output, /this host is a node of another cluster, whose CA is another/);
        declare();
        cluster.stack.upOrThrow();
        assert.deepEqual(cluster.readyNodes(), [...masters, ...workers]);
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("leave nothing behind when the cluster is destroyed", async () => {
        cluster.stack.destroyOrThrow();
        for (const host of [...masters, ...workers]) {
            const { stdout } = await cluster.lab.ssh(
                host,
                "find /etc/kubernetes /var/lib/kubelet/pki -type f 2>/dev/null || true",
            );
            assert.equal(stdout, "", host);
        }
    });

    function configOf(external = cas.config): ClusterConfig {
        const config = cluster.config(masters, workers, {
            kubernetesVersion: version,
            packages: { source: "bundle", url: `file:///media/kubeadm-ha/${version}` },
            pki: { external },
        });
        return { ...config, kubeadm: { ...config.kubeadm, clusterConfiguration: { apiServer: { certSANs } } } };
    }

    function declare(external?: UserCas["config"]): void {
        cluster.stack.configure({ cluster: configOf(external) });
    }

    /** When the containers of this name were started. */
    async function startsOf(container: string): Promise<string[]> {
        const starts = masters.map((master) => cluster.lab.ssh(master, `crictl ps --name '^${container}$' --quiet`));
        return (await Promise.all(starts)).map(({ stdout }) => stdout);
    }

    async function shownBy(master: string, port: number, what: string): Promise<string> {
        const words = `openssl s_client -connect 127.0.0.1:${port} </dev/null 2>/dev/null | openssl x509 -noout ${what}`;
        return (await cluster.lab.ssh(master, words)).stdout;
    }

    /** Of every certificate on every node, by host and file. */
    async function serialsOf(): Promise<Record<string, string>> {
        const serials: Record<string, string> = {};
        const list = `cd /etc/kubernetes
            for f in $(find pki -name '*.crt' ! -name '*ca.crt'); do echo "$f $(openssl x509 -in $f -noout -serial)"; done
            for f in $(ls *.conf | grep -v kubelet); do echo "$f $(sed -n 's/^ *client-certificate-data: //p' $f | base64 -d | openssl x509 -noout -serial)"; done
            echo "kubelet $(openssl x509 -in /var/lib/kubelet/pki/kubelet-client-current.pem -noout -serial)"`;
        for (const host of [...masters, ...workers]) {
            const { stdout } = await cluster.lab.ssh(host, list, { check: false });
            for (const line of stdout.trim().split("\n")) {
                const [file, serial] = line.split(" ");
                serials[`${host} ${file}`] = serial;
            }
        }
        return serials;
    }
});

/** Long enough for a cluster to be made, short enough for a test to wait for its end. */
const validityMinutes = 4;

describe("certificates of CAs of one's own that have expired on all hosts @long", function () {
    this.timeout(1_800_000);
    this.bail(true);

    const masters = ["m1", "m2"];
    let cluster: LabCluster;

    before(async () => {
        cluster = new LabCluster("ext-old");
        const cas = new UserCas(join(cluster.stack.folder, "cas"));
        cas.signFor(validityMinutes);
        await cluster.lab.up(["lb", ...masters, "w1"]);
        const { kubeadm, ...config } = cluster.config(masters, ["w1"], {
            pki: { external: cas.config },
            certificates: { renewBeforeDays: 0 },
        });
        const clusterConfiguration = { certificateValidityPeriod: `${validityMinutes}m` };
        cluster.stack.configure({ cluster: { ...config, kubeadm: { ...kubeadm, clusterConfiguration } } });
        cluster.stack.upOrThrow();
        await cluster.consistsOf(masters, ["w1"]);
    });
    after(() => cluster?.remove());

    it("are repaired by one pulumi up", async () => {
        await cluster.loseAllPower(validityMinutes * 60 + 20);
        cluster.stack.upOrThrow();
        await cluster.consistsOf(masters, ["w1"]);
    });
});
