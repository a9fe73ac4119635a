import { strict as assert } from "node:assert";
import { merge } from "../../config/merge";
import type { ClusterConfig } from "../../config/schema";
import { ClientFiles } from "../support/clientFiles";
import { LabCluster } from "../support/labCluster";
import { expireSoon } from "../support/memberCertificates";
import { TestStack } from "../support/stack";
import { told } from "../support/told";

type EtcdHosts = Extract<NonNullable<ClusterConfig["etcd"]>, { topology: "external" }>["hosts"];
type Existing = Extract<NonNullable<ClusterConfig["etcd"]>, { topology: "existing" }>;

describe("external etcd, on real hosts", function () {
    this.timeout(900_000);
    this.bail(true);

    let cluster: LabCluster;
    /** A cluster that uses the first one's etcd as an etcd of its own. */
    let other: TestStack;
    let files: ClientFiles;
    let masters: string[];
    let members: string[];
    let workers = ["w1"];

    before(async () => {
        cluster = new LabCluster("etcd");
        await cluster.lab.up(["lb", "m1", "m2", "m3", "w1", "w2", "w3", "e1", "e2", "e3", "m4", "m5"]);
    });
    after(async () => {
        other?.remove();
        await cluster?.remove();
    });

    it("three members, two masters and a worker, from scratch", async () => {
        declare(["m1", "m2"], ["e1", "e2", "e3"]);
        cluster.stack.upOrThrow();
        await consistsAsDeclared();
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("passes kubeadm's own end-to-end suite", async () => {
        const { status, output } = await cluster.kubeadmSuite("m1");
        assert.equal(status, 0, output);
        assert.match(output, /Ran 32 of \d+ Specs/);
    });

    it("keeps the key of etcd's CA on no host, and private keys for root alone, where kubeadm puts them", async () => {
        for (const host of ["lb", "m1", "m2", "w1", ...members]) {
            const { stdout } = await cluster.lab.ssh(
                host,
                "find / -xdev \\( -path /proc -o -path /sys -o -path /media -o -path /var/lib/containerd \\) -prune -o -type f -print0 |" +
                    " xargs -0 grep -l --text -e 'PRIVATE KEY-----' 2>/dev/null | xargs -r stat --format='%a %n' | sort",
            );
            const keys = stdout
                .split("\n")
                .filter((line) => /\/etc\/kubernetes|\/run\/|\/var\/lib\/kubelet/.test(line));
            assert.deepEqual(
                keys.filter((line) => !line.startsWith("600 ")),
                [],
                host,
            );
            assert.doesNotMatch(stdout, /etcd\/ca\.key/, host);
            if (members.includes(host)) {
                assert.deepEqual(
                    keys.map((line) => line.split(" ")[1]),
                    ["healthcheck-client", "peer", "server"].map((name) => `/etc/kubernetes/pki/etcd/${name}.key`),
                );
            }
        }
    });

    it("masters shrink to one and grow to three; the plan touches no member @long", async () => {
        for (const wanted of [["m2"], ["m1", "m2", "m3"]]) {
            declare(wanted, members);
            assert.doesNotMatch(told(cluster.stack.plan()), / etcd-e\d/);
            cluster.stack.upOrThrow();
            await consistsAsDeclared();
        }
    });

    it("three members to five: no request fails @long", async () => {
        declare(masters, [...members, "e4", "e5"]);
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        await consistsAsDeclared();
    });

    it("refuses to let a dead member go that was not declared lost @long", async () => {
        await cluster.lab.crash("e1");
        const before = await cluster.etcdMembers("e2");
        declareWithout("e1");
        assert.match(cluster.stack.up().output, /should leave etcd, but does not answer/);
        assert.deepEqual(await cluster.etcdMembers("e2"), before);
    });

    it("five members to three, one of them dead and declared lost: no request fails @long", async () => {
        declare(masters, ["e1", "e2", "e3", "e4"], { e1: { lost: true } });
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        declareWithout("e1");
        cluster.stack.upOrThrow();
        await consistsAsDeclared();
        await cluster.lab.crash(labHost("e4"));
    });

    it("a new member in the place of one that is dead and declared lost: no request fails @long", async () => {
        const dead = members.includes("e4") ? "e4" : "e1";
        declare(masters, [...new Set([dead, "e2", "e3", "e5"])], { [dead]: { lost: true } });
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        declareWithout(dead);
        cluster.stack.upOrThrow();
        await consistsAsDeclared();
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("initializes nothing again when another plugin makes other inputs, whichever member is listed first: no request fails", async () => {
        const [wantedMasters, wantedMembers] = [masters, members];
        await cluster.leaveAsVersion010();
        declare([...masters].reverse(), [...members].reverse());
        assert.match(told(cluster.stack.plan()), /^update command:remote:Command \S+-etcd-found .*connection/m);
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        declare(wantedMasters, wantedMembers);
        await consistsAsDeclared();
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("renews certificates that expire soon, one member after another: no request fails", async () => {
        const before = await Promise.all(members.map(certificateOf));
        for (const member of members) {
            cluster.stack.import(expireSoon(cluster.stack.export(), member));
        }
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        const now = await Promise.all(members.map(certificateOf));
        assert.equal(new Set([...before, ...now]).size, 2 * members.length);
        await consistsAsDeclared();
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("gives members' kubelets other settings, one after another: no request fails @long", async () => {
        declare(masters, members, {}, { kubeletConfiguration: { maxPods: 77 } });
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        for (const member of members) {
            const { stdout } = await cluster.lab.ssh(
                labHost(member),
                "curl --silent --fail 127.0.0.1:10248/healthz; cat /var/lib/kubelet/config.yaml",
            );
            assert.match(stdout, /^ok[\s\S]*maxPods: 77/, member);
        }
        await consistsAsDeclared();
        assert.deepEqual(cluster.stack.plan(), []);
        declare(masters, members);
        cluster.stack.upOrThrow();
    });

    it("refuses another address for a member", () => {
        declare(masters, members, { [members[0]]: { nodeIp: "192.0.2.99" } });
        assert.match(
            cluster.stack.up().output,
            /the cluster knows this host at [\d.]+, and the configuration puts it at 192\.0\.2\.99/,
        );
        declare(masters, members);
        cluster.stack.upOrThrow();
    });

    it("refuses another topology for a cluster that lives", async () => {
        cluster.stack.configure({ cluster: cluster.config(masters, workers) });
        assert.match(
            cluster.stack.up().output,
            /this cluster's etcd is external, and the configuration makes it stacked/,
        );
        await consistsAsDeclared();
    });

    it("as somebody's own etcd: refuses an address that does not answer, before anything is founded", () => {
        other = new TestStack("other");
        files = new ClientFiles(other.folder, keyOfEtcdCa(), certificateOfEtcdCa());
        refuses(
            { endpoints: ["https://127.0.0.1:9"] },
            /etcd at https:\/\/127.0.0.1:9 cannot be reached from this host/,
        );
    });

    it("as somebody's own etcd: refuses a CA that has not signed the members' certificates", () =>
        refuses({ caFile: files.otherCa }, /shows a certificate that the given CA has not signed/));

    it("as somebody's own etcd: refuses a client certificate that etcd does not take", () =>
        refuses({ certificateFile: files.otherCertificate }, /does not take the client certificate/, files.otherKey));

    it("as somebody's own etcd: refuses a client who may not read", async () => {
        for (const user of ["root", "kube-apiserver-etcd-client", "kube-etcd-healthcheck-client", "client"]) {
            await cluster.etcdctl("e2", `user add ${user} --no-password`);
        }
        for (const user of ["root", "kube-apiserver-etcd-client", "kube-etcd-healthcheck-client"]) {
            await cluster.etcdctl("e2", `user grant-role ${user} root`);
        }
        await cluster.etcdctl("e2", "auth enable");
        refuses({}, /does not let the client certificate's user read: .*permission denied/);
    });

    it("as somebody's own etcd: is used, under another prefix, by a user with the right to", async () => {
        await cluster.etcdctl("e2", "user grant-role client root");
        configure({}, files.key);
        other.upOrThrow();
        const { stdout } = await cluster.lab.ssh("w2", "ls /etc/kubernetes/manifests");
        assert.doesNotMatch(stdout, /etcd/);
        other.destroyOrThrow();
    });

    it("evicts a worker and a master that are dead and declared lost, from a master that is to join @long", async () => {
        for (const dead of ["m1", "w1"]) {
            await cluster.lab.crash(dead);
        }
        cluster.kubectl("wait", "--for=condition=Ready=Unknown", "node/m1", "node/w1", "--timeout=180s");
        const config = cluster.config(["w3", "m2", "m3", "m1"], workers, {
            etcd: { topology: "external", hosts: members.map((name) => ({ name, host: addressOf(name) })) },
        });
        const lost = (hosts: ClusterConfig["masters"] = []) =>
            hosts.map((host) => ({ ...host, lost: ["m1", "w1"].includes(host.name) }));
        cluster.stack.configure({
            cluster: { ...config, masters: lost(config.masters), workers: lost(config.workers) },
        });
        cluster.stack.upOrThrow();
        workers = [];
        declare(["m2", "m3", "w3"], members);
        cluster.stack.upOrThrow();
        await consistsAsDeclared();
        assert.deepEqual(cluster.stack.plan(), []);
    });

    it("is destroyed, and the hosts are clean", async () => {
        declare(masters, members);
        cluster.stack.upOrThrow();
        cluster.stack.destroyOrThrow();
        for (const host of [masters[0], ...members.map(labHost)]) {
            const { stdout } = await cluster.lab.ssh(
                host,
                "ls /etc/kubernetes /var/lib/etcd; systemctl is-active kubelet; true",
            );
            assert.doesNotMatch(stdout, /\.conf|member|^active/m, `${host}: ${stdout}`);
        }
    });

    /** Fingerprint of the certificate that the member shows. */
    async function certificateOf(member: string): Promise<string> {
        const { stdout } = await cluster.lab.ssh(
            labHost(member),
            "echo | openssl s_client -connect 127.0.0.1:2379 2>/dev/null | openssl x509 -noout -fingerprint -sha256",
        );
        return stdout.trim();
    }

    function keyOfEtcdCa(): string {
        const { deployment } = JSON.parse(cluster.stack.export("--show-secrets"));
        const key = deployment.resources.find(({ urn }: { urn: string }) => urn.endsWith("::etcd-pki-etcd-ca-key"));
        return JSON.parse(key.outputs.privateKeyPem.plaintext);
    }

    function certificateOfEtcdCa(): string {
        const { deployment } = JSON.parse(cluster.stack.export());
        return deployment.resources.find(
            ({ urn }: { urn: string }) => urn.endsWith("::etcd-pki-etcd-ca") && urn.includes("SelfSignedCert"),
        ).outputs.certPem;
    }

    function configure(changes: Partial<Existing>, key: string): void {
        const endpoints = ["e2", "e3"].map((name) => `https://${addressOf(name)}:2379`);
        const etcd = {
            topology: "existing" as const,
            endpoints,
            caFile: files.ca,
            certificateFile: files.certificate,
            ...changes,
        };
        const { kubeadm, ...config } = cluster.config([], [], { etcd });
        const apiServer = { extraArgs: [{ name: "etcd-prefix", value: "/other" }] };
        other.configure({
            cluster: {
                ...config,
                kubeadm: { ...kubeadm, clusterConfiguration: { apiServer } },
                loadBalancer: undefined,
                endpoint: `${cluster.lab.host("w2").address}:6443`,
                masters: [{ name: "only", host: cluster.lab.host("w2").address }],
            },
            secrets: { etcdClientKey: key },
        });
    }

    function refuses(changes: Partial<Existing>, words: RegExp, key = files.key): void {
        configure(changes, key);
        const { status, output } = other.up();
        assert.notEqual(status, 0);
        assert.match(output, words);
        assert.doesNotMatch(output, /first-master-found/);
    }

    /** e4 and e5 are on the lab's hosts m4 and m5: the lab has three hosts for etcd. */
    function declare(
        wantedMasters: string[],
        wantedMembers: string[],
        particulars: Record<string, Partial<EtcdHosts[number]>> = {},
        kubeadm: ClusterConfig["kubeadm"] = {},
    ): void {
        const hosts = wantedMembers.map((name) => ({ name, host: addressOf(name), ...particulars[name] }));
        const config = cluster.config(wantedMasters, workers, { etcd: { topology: "external", hosts } });
        cluster.stack.configure({ cluster: { ...config, kubeadm: merge(config.kubeadm ?? {}, kubeadm) } });
        masters = wantedMasters;
        members = wantedMembers;
    }

    function declareWithout(member: string): void {
        declare(
            masters,
            members.filter((name) => name !== member),
        );
    }

    function labHost(member: string): string {
        return member === "e4" ? "m4" : member === "e5" ? "m5" : member;
    }

    function addressOf(member: string): string {
        return cluster.lab.host(labHost(member)).address;
    }

    /** Nodes, members of etcd, and the API servers' and kubeadm's idea of them. */
    async function consistsAsDeclared(): Promise<void> {
        assert.deepEqual(cluster.readyNodes(), [...masters, ...workers]);
        assert.deepEqual(
            await cluster.etcdMembers("e2"),
            members.map((name) => `${name} started`),
        );
        const wanted = members.map((name) => `https://${addressOf(name)}:2379`).sort();
        for (const master of masters) {
            assert.equal(await askedBy(master), wanted.join(","), master);
        }
        const kubeadmConfig = ["configmap", "kubeadm-config", "--namespace=kube-system"];
        const config = cluster.kubectl("get", ...kubeadmConfig, "--output=jsonpath={.data.ClusterConfiguration}");
        const listed = [...config.matchAll(/- (https:\/\/[\d.]+:2379)/g)].map(([, endpoint]) => endpoint);
        assert.deepEqual([...new Set(listed)].sort(), wanted);
    }

    /** The members that a master's API server asks: as it runs, for its Pod may be that of before for a while. */
    async function askedBy(master: string): Promise<string> {
        const { stdout } = await cluster.lab.ssh(
            master,
            "tr '\\0' '\\n' </proc/$(pgrep -x kube-apiserver)/cmdline | sed -n 's/^--etcd-servers=//p'",
        );
        return stdout.trim();
    }
});
