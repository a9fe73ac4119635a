import { strict as assert } from "node:assert";
import type { ClusterConfig } from "../../config/schema";
import { LabCluster } from "../support/labCluster";
import { showsLogs, withServingCertificates } from "../support/servingCertificates";

/** A program of a user's, with a token of its own, that nothing restarts. */
const bystander = `
apiVersion: v1
kind: Pod
metadata: { name: bystander }
spec:
  containers:
    - name: waits
      image: ghcr.io/flannel-io/flannel:v0.28.4
      imagePullPolicy: Never
      command: [sh, -c, "trap 'exit 0' TERM; while true; do sleep 1; done"]
`;

/** Where m1 keeps, for the end, what the first CAs and the first key have signed. */
const old = "/root/old-pki";

describe("rotating the CAs and the service-account key @long", function () {
    this.timeout(1_800_000);
    this.bail(true);

    let masters: string[];
    let workers: string[];
    let etcd: ClusterConfig["etcd"];
    let cluster: LabCluster;
    let oldToken: string;

    describe("of three masters and a worker", () => {
        before(async () => {
            masters = ["m1", "m2", "m3"];
            await make("rotation");
            await cluster.lab.ssh("m1", `cp -r /etc/kubernetes/pki ${old}`);
        });
        after(() => cluster?.remove());

        it("is refused out of order, before anything changes", async () => {
            const before = await pkiOf("m2");
            for (const pki of [{ rotate: "sign" as const }, { generation: 2 }]) {
                declare(pki);
                const { status, output } = cluster.stack.up();
                assert.notEqual(status, 0);
                assert.match(output, /this node has missed a phase of the rotation of the CAs/);
            }
            assert.equal(await pkiOf("m2"), before);
        });

        it("trusts new CAs beside the old ones, by the first pulumi up", async () => {
            declare({ rotate: "trust" });
            await phase();
            assert.equal(await casOf("w1"), 2);
        });

        it("signs everything with the new ones, by the second, one master of which was cut off", async () => {
            declare({ rotate: "sign" });
            await cluster.underWrites(async () => {
                await cluster.upCutOff("m2", "maintain", "renew all");
                await phaseDone();
            });
            assert.doesNotMatch(cluster.kubectl("get", "certificatesigningrequests", "--output=name"), /kubelet-of/);
        });

        it("lets new nodes in before the third", async () => {
            await cluster.lab.up(["m4", "w2"]);
            masters.push("m4");
            workers.push("w2");
            declare({ rotate: "sign" });
            cluster.stack.upOrThrow();
            await cluster.consistsOf(masters, workers);
        });

        it("trusts the old ones no longer, by the third", async () => {
            declare({ generation: 2 });
            await phase();
            assert.equal(await casOf("w1"), 1);
            for (const host of [...masters, ...workers]) {
                const { stdout } = await cluster.lab.ssh(
                    host,
                    "ls /etc/kubernetes/pki /run/kubeadm-ha /var/lib/kubeadm-ha",
                );
                assert.doesNotMatch(stdout, /signing-ca|rotation|shared-pki|token-key/, host);
            }
        });

        it("leaves nothing of use in the hands of whoever has the old keys", async () => {
            const asked = async (words: string) => (await cluster.lab.ssh("m1", words, { check: false })).stdout.trim();
            const status = "--silent --insecure --output /dev/null --write-out '%{http_code}'";
            const api = `https://${cluster.lab.host("m2").address}:6443/api/v1/nodes`;
            // A client certificate, of the group that may do everything, made now with the old CA's key.
            const forged =
                `openssl req -new -newkey rsa:2048 -nodes -keyout ${old}/f.key -subj /O=system:masters/CN=f -out ${old}/f.csr 2>/dev/null && ` +
                `openssl x509 -req -in ${old}/f.csr -CA ${old}/ca.crt -CAkey ${old}/ca.key -days 1 -out ${old}/f.crt 2>/dev/null`;
            assert.equal(await asked(`${forged}; curl ${status} --cert ${old}/f.crt --key ${old}/f.key ${api}`), "401");
            const proxied = "--header 'X-Remote-User: f' --header 'X-Remote-Group: system:masters'";
            const proxy = `--cert ${old}/front-proxy-client.crt --key ${old}/front-proxy-client.key`;
            assert.equal(await asked(`curl ${status} ${proxy} ${proxied} ${api}`), "401");
            assert.equal(await asked(`curl ${status} --header 'Authorization: Bearer ${oldToken}' ${api}`), "401");
            const etcd = `--cert ${old}/etcd/healthcheck-client.crt --key ${old}/etcd/healthcheck-client.key`;
            assert.equal(await asked(`curl ${status} ${etcd} https://127.0.0.1:2379/health`), "000");
        });

        it("has restarted no program of a user's, and the cluster still passes kubeadm's suite", async () => {
            const restarts = "--output=jsonpath={.status.containerStatuses[0].restartCount}";
            assert.equal(cluster.kubectl("get", "pod", "bystander", restarts), "0");
            const { status, output } = await cluster.kubeadmSuite("m2");
            assert.equal(status, 0, output);
        });
    });

    describe("of two masters, with etcd on hosts of its own", () => {
        before(async () => {
            masters = ["m1", "m2"];
            const members = ["e1", "e2", "e3"];
            await make("rot-etcd", members);
        });
        after(() => cluster?.remove());

        for (const rotate of ["trust", "sign"] as const) {
            it(`takes the phase ${rotate}, and no request fails`, async () => {
                declare({ rotate });
                await phase();
            });
        }

        it("gives pods other tokens before it drops the key that has signed theirs", async () => {
            // As it may be where a node's kubelet has asked an API server whose turn had not come.
            const uid = cluster.kubectl("get", "pod", "bystander", "--output=jsonpath={.metadata.uid}");
            const file = `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~projected/*/token`;
            await cluster.lab.ssh("w1", `printf %s '${oldToken}' >$(echo ${file})`);
            declare({ generation: 2 });
            await phase();
            assert.notEqual(token(), oldToken);
            const { stdout } = await cluster.lab.ssh("w1", "cat /var/log/kubeadm-ha/prepare.log");
            assert.match(stdout, /has pods with tokens that the former key has signed/);
        });
    });

    async function make(name: string, members: string[] = []): Promise<void> {
        workers = ["w1"];
        cluster = new LabCluster(name);
        await cluster.lab.up(["lb", ...masters, ...workers, ...members]);
        const hosts = members.map((member) => ({ name: member, host: cluster.lab.host(member).address }));
        etcd = members.length > 0 ? { topology: "external", hosts } : undefined;
        declare({});
        cluster.stack.upOrThrow();
        cluster.apply(bystander);
        cluster.kubectl("wait", "--for=condition=Ready", "pod/bystander", "--timeout=120s");
        oldToken = token();
    }

    function declare(pki: ClusterConfig["pki"]): void {
        const config = cluster.config(masters, workers, { pki, ...(etcd ? { etcd } : {}) });
        // Kubelets' serving certificates are rotated, too.
        cluster.stack.configure({ cluster: withServingCertificates(config) });
    }

    /** A pulumi up that loses no request, after which all are served and nothing is left to do. */
    async function phase(): Promise<void> {
        await cluster.underWrites(phaseDone);
    }

    async function phaseDone(): Promise<void> {
        cluster.stack.upOrThrow();
        if (etcd) {
            assert.deepEqual(cluster.readyNodes(), [...masters, ...workers]);
        } else {
            await cluster.consistsOf(masters, workers);
        }
        assert.deepEqual(cluster.stack.plan(), []);
        await tokenServes();
        for (const node of [...masters, ...workers]) {
            showsLogs(cluster, node);
        }
    }

    function token(): string {
        return cluster.kubectl("exec", "bystander", "--", "cat", "/var/run/secrets/kubernetes.io/serviceaccount/token");
    }

    /** What the pod finds in its files is good with every master. */
    async function tokenServes(): Promise<void> {
        const folder = "/var/run/secrets/kubernetes.io/serviceaccount";
        const ca = cluster.kubectl("exec", "bystander", "--", "cat", `${folder}/ca.crt`);
        for (const master of masters) {
            const { stdout } = await cluster.lab.ssh(
                "w1",
                `cat >/run/pod-ca.crt; curl --silent --show-error --cacert /run/pod-ca.crt --output /dev/null --write-out '%{http_code}' ` +
                    `--header 'Authorization: Bearer ${token()}' https://${cluster.lab.host(master).address}:6443/api`,
                { stdin: `${ca}\n` },
            );
            assert.equal(stdout, "200", master);
        }
    }

    async function casOf(host: string): Promise<number> {
        const { stdout } = await cluster.lab.ssh(
            host,
            "grep -c BEGIN /etc/kubernetes/pki/ca.crt; sed -n 's/.*authority-data: //p' /etc/kubernetes/kubelet.conf | base64 -d | grep -c BEGIN",
        );
        const [file, kubeconfig] = stdout.trim().split("\n").map(Number);
        assert.equal(file, kubeconfig);
        return file;
    }

    async function pkiOf(host: string): Promise<string> {
        const { stdout } = await cluster.lab.ssh(
            host,
            "cd /etc/kubernetes && cat $(find . -type f | sort) | sha256sum",
        );
        return stdout;
    }
});
