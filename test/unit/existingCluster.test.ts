import { strict as assert } from "node:assert";
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { promisify } from "node:util";
import { initPeers } from "../../components/initPeers";
import { planCluster } from "../../config/clusterPlan";
import { hostKey, smallCluster } from "../support/examples";
import { freePort } from "../support/port";

const lib = join(__dirname, "..", "..", "hosts", "lib");

describe("a host that is to initialize the cluster", () => {
    let folder: string;
    const servers: Server[] = [];
    const ports: Record<string, number> = {};
    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "existing-cluster-"));
        for (const ca of ["ours", "theirs", "expired"]) {
            issue(ca);
            const files = {
                cert: readFileSync(join(folder, `${ca}.crt`)),
                key: readFileSync(join(folder, `${ca}.key`)),
            };
            ports[ca] = await listen(createTlsServer(files, (socket) => socket.on("error", () => {})));
        }
        ports.six = await listen(tls("ours"), "::1");
        ports.plain = await listen(createServer((socket) => socket.end()));
        ports.hanging = await listen(createServer(() => {}));
        ports.nothing = await freePort("127.0.0.1");
    });
    after(() => {
        for (const server of servers) {
            server.close();
        }
        rmSync(folder, { recursive: true });
    });

    it("knows an API server of its cluster by the CA, whatever names the certificate has", async () => {
        assert.equal(await bash(`answer_of master 127.0.0.1 ${ports.ours}`), "cluster");
        assert.equal(await bash(`answer_of endpoint localhost ${ports.ours}`), "cluster");
    });

    it("knows it also when the certificate has expired, as after a year without power", async () => {
        assert.equal(await bash(`answer_of master 127.0.0.1 ${ports.expired}`), "cluster");
    });

    it("knows it at an IPv6 address", async () => {
        assert.equal(await bash(`answer_of endpoint ::1 ${ports.six}`), "cluster");
    });

    it("refuses to guess without openssl, or without a CA that can be read", async () => {
        const asked = [`master m2 127.0.0.1 ${ports.ours} required`];
        const missing = 'command() { [ "$2" != openssl ] && builtin command "$@"; }';
        assert.match(await bash(`${missing}; refuse_existing_cluster master`, asked), /^dies: openssl is missing/);
        const noCa = "cluster_ca=/nonexistent; refuse_existing_cluster master; echo goes on";
        assert.equal(await bash(noCa, asked), "", "it goes on");
    });

    it("does not take a refused connection for an answer where kubelet, or an etcd peer, listens", async () => {
        const listening = `listens() { [ "$2" = 10250 ] || [ "$2" = 2380 ] && echo yes || echo no; }`;
        assert.equal(await bash(`${listening}; answer_of master 127.0.0.1 6443`), "running");
        assert.equal(await bash(`${listening}; answer_of etcd 127.0.0.1 2379`), "running");
        assert.equal(await bash(`${listening}; answer_of endpoint 127.0.0.1 6443`), "none");
        assert.match(
            await bash(`${listening}; refuse_existing_cluster master`, ["master m2 127.0.0.1 6443 optional"]),
            /^dies: m2 \(127\.0\.0\.1\) runs kubelet or an etcd member, so the cluster may exist there/,
        );
    });

    it("takes another CA, and what speaks no TLS, for something else", async () => {
        assert.equal(await bash(`answer_of master 127.0.0.1 ${ports.theirs}`), "none");
        assert.equal(await bash(`answer_of endpoint 127.0.0.1 ${ports.plain}`), "none");
    });

    it("tells a refused connection, which is an answer, from silence", async () => {
        assert.equal(await bash(`answer_of master 127.0.0.1 ${ports.nothing}`), "none");
        assert.equal(await bash(`answer_of master 127.0.0.1 ${ports.hanging}`), "silent");
        assert.equal(await bash("answer_of endpoint nothing.invalid 6443"), "silent");
    });

    it("goes on if every host refuses the connection", async () => {
        const asked = [`master m2 127.0.0.1 ${ports.nothing} required`, `master m3 127.0.0.1 ${ports.plain} required`];
        assert.equal(await bash("refuse_existing_cluster master && echo goes on", asked), "goes on");
    });

    it("does not ask itself, nor places of another kind", async () => {
        const asked = [`master m1 127.0.0.1 ${ports.ours} required`, `etcd e1 127.0.0.1 ${ports.ours} required`];
        assert.equal(await bash("refuse_existing_cluster master endpoint && echo goes on", asked), "goes on");
    });

    it("refuses if a listed master, in use or not, or the endpoint is of the cluster, and says how to go on", async () => {
        const master = `master m2 127.0.0.1 ${ports.ours} optional`;
        assert.match(
            await bash("refuse_existing_cluster master", [master]),
            /^dies: the cluster exists already: m2 \(127\.0\.0\.1:\d+\) answers with a certificate of this cluster's CA.*\nset 'initMaster: m2', then run 'pulumi up' again/,
        );
        assert.match(
            await bash("refuse_existing_cluster endpoint", [`endpoint endpoint localhost ${ports.ours} optional`]),
            /^dies: the cluster exists already: endpoint \(localhost:\d+\).*\nset 'initMaster' to a host of that cluster/,
        );
    });

    it("refuses if one is silent whose answer is needed, and names it", async () => {
        const silent = (rule: string) => `master m3 127.0.0.1 ${ports.hanging} ${rule}`;
        assert.match(
            await bash("refuse_existing_cluster master", [silent("required")]),
            /^dies: m3 \(127\.0\.0\.1:\d+\) does not answer, so it cannot be known whether the cluster exists already.*\nswitch m3 on, or open its port \d+/,
        );
        assert.equal(await bash("refuse_existing_cluster master && echo goes on", [silent("optional")]), "goes on");
    });

    it("refuses if the state has recorded another host", async () => {
        const refuse = (host: string) =>
            bash(`INIT_HOST=${host} INIT_SETTING=initMaster; refuse_other_init_host; echo goes on`);
        assert.equal(await refuse("m1"), "goes on");
        assert.match(
            await refuse("m9"),
            /^dies: the stack's state records that m9 initializes the cluster.*\nput m9 back/,
        );
    });

    it("asks all listed masters, etcd hosts and the endpoint; only an endpoint of the user's, and masters not in use, may be silent", () => {
        const host = (name: string, address: string) => ({ name, host: address, hostKey });
        const etcd = { topology: "external" as const, hosts: [host("e1", "192.0.2.31")] };
        const lines = (changes: object, count?: number, what: "cluster" | "etcd" = "cluster") =>
            initPeers(planCluster(smallCluster(changes), count), what).content;
        const [m1, m2, m3] = smallCluster().masters;
        assert.equal(
            lines({ etcd, masters: [m1, { ...m2, lost: true }, m3] }, 2),
            [
                "master m1 192.0.2.11 6443 required",
                "master m3 192.0.2.13 6443 optional",
                "master m2 192.0.2.12 6443 optional",
                "etcd e1 192.0.2.31 2379 required",
                "endpoint endpoint 192.0.2.10 6443 required",
                "",
            ].join("\n"),
        );
        // Nothing of Kubernetes needs a way from an etcd host to an API server.
        assert.doesNotMatch(lines({ etcd }, undefined, "etcd"), /^(master|endpoint) .* required$/m);
        const own = lines({ endpoint: "api.example.com:443", loadBalancer: undefined });
        assert.match(own, /^endpoint endpoint api\.example\.com 443 optional$/m);
    });

    function tls(ca: string): Server {
        const file = (suffix: string) => readFileSync(join(folder, `${ca}.${suffix}`));
        const pair = { cert: file("crt"), key: file("key") };
        return createTlsServer(pair, (socket) => socket.on("error", () => {}));
    }

    /** A CA, and a server's certificate of it for a name that nobody asks for. */
    function issue(ca: string): void {
        const script = `
            key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null; }
            ca=${ca === "theirs" ? "theirs" : "ours"}
            [ -e ca-$ca.crt ] || { key ca-$ca; openssl req -x509 -new -key ca-$ca.key -days 2 -subj "/CN=kubernetes" -out ca-$ca.crt; }
            key ${ca} && openssl req -new -key ${ca}.key -subj "/CN=kube-apiserver" -out ${ca}.csr
            openssl x509 -req -in ${ca}.csr -CA ca-$ca.crt -CAkey ca-$ca.key -CAcreateserial -days ${ca === "expired" ? -1 : 1} -out ${ca}.crt 2>/dev/null`;
        execFileSync("bash", ["-ec", script], { cwd: folder });
    }

    async function listen(server: Server, address = "127.0.0.1"): Promise<number> {
        servers.push(server.listen(0, address));
        await new Promise((resolve) => server.once("listening", resolve));
        return (server.address() as AddressInfo).port;
    }

    /** On host m1, with short limits. What it prints; the words of `die` in the place of its end. */
    async function bash(script: string, peers: string[] = []): Promise<string> {
        mkdirSync(join(folder, "memory"), { recursive: true });
        writeFileSync(join(folder, "peers"), peers.map((line) => `${line}\n`).join(""));
        const library = readFileSync(join(lib, "existing-cluster.sh"), "utf8")
            .replace("/run/kubeadm-ha/init-peers", join(folder, "peers"))
            .replace("/run/kubeadm-ha/peer.crt", join(folder, "peer.crt"));
        const words = `
            set -euo pipefail
            STEP_LOG=${folder}/log NODE_NAME=m1 INIT_SETTING=initMaster cluster_ca=${folder}/ca-ours.crt
            timeout() { shift; command timeout 1 "$@"; }
            log_line() { echo "$*" >>"$STEP_LOG"; }
            die() { printf 'dies: %s\\n%s\\n' "$1" "$2" && exit 1; }
            ${library}
            ${script}`;
        const { stdout } = await promisify(execFile)("bash", ["-c", words]).catch((error) => error);
        return stdout.trim();
    }
});
