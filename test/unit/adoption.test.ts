import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adoptionFiles, inspectionFiles } from "../../components/adoption";
import { planCluster } from "../../config/clusterPlan";
import type { ClusterConfig } from "../../config/schema";
import { smallCluster } from "../support/examples";
import { assertGolden } from "../support/golden";
import { clusterConfiguration, MasterByHand, type ToldByCluster } from "../support/masterByHand";

function adopting(changes: Partial<ClusterConfig> = {}) {
    const [first, ...others] = smallCluster().masters;
    return planCluster(
        smallCluster({ masters: [{ ...first, adopt: true }, ...others], network: { cni: "none" }, ...changes }),
    );
}

interface Refusal {
    title: string;
    /** The function of lib/inspection.sh that refuses. */
    by: string;
    /** What is done to the master's folder, which is $KUBERNETES_FOLDER. */
    change?: string;
    told?: ToldByCluster;
}

const sed = (expression: string, file: string) => `sed -i '${expression}' "$KUBERNETES_FOLDER/${file}"`;
const manifest = "manifests/kube-apiserver.yaml";

const refusals: Refusal[] = [
    { title: "a host without a cluster", by: "refuse_no_master", change: 'rm -r "$KUBERNETES_FOLDER"' },
    {
        title: "etcd elsewhere",
        by: "refuse_other_layout",
        change: 'rm "$KUBERNETES_FOLDER/manifests/etcd.yaml"',
    },
    {
        title: "etcd's data elsewhere",
        by: "refuse_other_layout",
        change: sed("s,/var/lib/etcd,/data,", "manifests/etcd.yaml"),
    },
    {
        title: "the PKI elsewhere",
        by: "refuse_other_layout",
        change: sed("s,/etc/kubernetes/pki,/srv/pki,", manifest),
    },
    { title: "another port", by: "refuse_other_layout", change: sed("s,port=6443,port=8443,", manifest) },
    { title: "another address", by: "refuse_other_layout", change: sed("s,192.0.2.11,198.51.100.11,", manifest) },
    {
        title: "an external CA",
        by: "refuse_missing_key",
        change: 'rm "$KUBERNETES_FOLDER/pki/ca.key" "$KUBERNETES_FOLDER/pki/etcd/ca.key"',
    },
    {
        title: "a key of another CA",
        by: "refuse_missing_key",
        change: 'cp "$KUBERNETES_FOLDER/pki/etcd/ca.key" "$KUBERNETES_FOLDER/pki/ca.key"',
    },
    {
        title: "a CA that is being replaced",
        by: "refuse_missing_key",
        change: 'cat "$KUBERNETES_FOLDER/pki/etcd/ca.crt" >>"$KUBERNETES_FOLDER/pki/ca.crt"',
    },
    {
        title: "a certificate that has expired",
        by: "refuse_expired",
        change: 'openssl() { [[ $* != */apiserver.crt*"-checkend 0" ]] && command openssl "$@"; }',
    },
    { title: "another version", by: "refuse_other_version", told: { version: "v1.35.4" } },
    { title: "another name", by: "refuse_other_node_name", told: { kubelet: "node-1" } },
    {
        title: "a master that is not listed",
        by: "judge_nodes < <(nodes)",
        told: { nodes: "m1 master True containerd://2.3.3\nm2 master True containerd://2.3.3\n" },
    },
    {
        title: "a listed worker that is not Ready",
        by: "judge_nodes < <(nodes)",
        told: { nodes: "m1 master True containerd://2.3.3\nw1 worker Unknown containerd://2.3.3\n" },
    },
    {
        title: "another container runtime",
        by: "judge_nodes < <(nodes)",
        told: { nodes: "m1 master True cri-o://1.36.0\n" },
    },
    { title: "etcd that does not answer", by: "refuse_unhealthy_etcd", told: { health: "" } },
    { title: "a dead member of etcd", by: "refuse_unhealthy_etcd", told: { dead: "m2" } },
    { title: "no ClusterConfiguration", by: "refuse_old_configuration", told: { clusterConfiguration: "" } },
    {
        title: "an old ClusterConfiguration",
        by: "refuse_old_configuration",
        told: { clusterConfiguration: clusterConfiguration.replace("v1beta4", "v1beta2") },
    },
    {
        title: "networks and a cluster's name that are others",
        by: 'compare "$MEMORY_FOLDER/wanted.yaml"',
        told: {
            clusterConfiguration: `${clusterConfiguration.replace("10.96.0.0/12", "172.30.0.0/16")}clusterName: production\n`,
            kubeletConfiguration:
                "kind: KubeletConfiguration\ncgroupDriver: cgroupfs\nclusterDomain: example.internal\n",
        },
    },
];

describe("a cluster that was made by hand", function () {
    this.timeout(60_000);
    this.slow(2_000);

    const plan = adopting();
    const masters: MasterByHand[] = [];
    after(() => {
        for (const master of masters) {
            master.remove();
        }
        MasterByHand.removeTemplate();
    });

    function newMaster(): MasterByHand {
        const master = new MasterByHand();
        masters.push(master);
        for (const { path, content } of [...inspectionFiles(plan, plan.masters[0], true), ...adoptionFiles(plan)]) {
            writeFileSync(join(master.folder, "memory", path.split("/").pop() as string), content);
        }
        return master;
    }

    it("is refused in golden words where it cannot be taken over", () => {
        const said = refusals.map(({ title, by, change = "", told }) => {
            const { status, output } = newMaster().run(`${change}\n${by}`, told);
            assert.equal(status, 1, `${title}: ${output}`);
            return `## ${title}\n${output}\n`;
        });
        assertGolden("adoption/refusals.txt", said.join("\n"));
    });

    it("is not refused as kubeadm makes it, and what differs is told", () => {
        const all = [...new Set(refusals.map(({ by }) => by))].join("\n");
        const { status, output } = newMaster().run(all);
        assert.equal(status, 0, output);
        assertGolden("adoption/differences.txt", `${output}\n`);
    });

    it("may have kubeadm's older configuration, v1beta3", () => {
        const old = `apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
networking: {dnsDomain: cluster.local, podSubnet: 10.244.0.0/16, serviceSubnet: 10.96.0.0/12}
apiServer: {extraArgs: {oidc-issuer-url: "https://id.example.com"}}
`;
        const script = 'refuse_old_configuration\ncompare "$MEMORY_FOLDER/wanted.yaml"';
        const { status, output } = newMaster().run(script, { clusterConfiguration: old });
        assert.equal(status, 0, output);
        assert.match(output, /apiServer\.extraArgs\[oidc-issuer-url\] stays "https:\/\/id\.example\.com"/);
    });

    it("keeps its own settings, and gets the endpoint and how API servers end", () => {
        const { status, output } = newMaster().run('make_cluster_configuration\ncat "$cluster_configuration"');
        assert.equal(status, 0, output);
        assertGolden("adoption/cluster-configuration.yaml", `${output}\n`);
    });

    it("gets a certificate with the endpoint's name and all that it had, once", () => {
        const master = newMaster();
        const script = "make_cluster_configuration\nrenew_certificate";
        const namesOf = () =>
            execFileSync(
                "openssl",
                [
                    "x509",
                    "-in",
                    join(master.folder, "kubernetes/pki/apiserver.crt"),
                    "-noout",
                    "-ext",
                    "subjectAltName",
                ],
                { encoding: "utf8" },
            );
        assert.match(master.run(script).output, /^says gives its API server a certificate for 192\.0\.2\.10 m1 too$/m);
        const names = namesOf();
        for (const name of ["192.0.2.10", "192.0.2.99", "old-name.example.com"]) {
            assert.match(names, new RegExp(name.replaceAll(".", "\\.")));
        }
        assert.equal(master.run(script).output, "");
        assert.equal(namesOf(), names);
    });

    it("puts the old pair back where power was lost between key and certificate", () => {
        const master = newMaster();
        const cut = `
            make_cluster_configuration
            mv() { if [[ $3 == */kubernetes/pki/apiserver.crt ]]; then exit 3; fi; command mv "$@"; }
            renew_certificate`;
        assert.equal(master.run(cut).status, 3);
        const old = readFileSync(join(master.folder, "before/apiserver.crt"), "utf8");
        const pair = () =>
            master.run(
                `[ "$(openssl pkey -in "$master_pki/apiserver.key" -pubout)" = "$(openssl x509 -in "$master_pki/apiserver.crt" -noout -pubkey)" ]`,
            ).status;
        assert.equal(pair(), 1);
        assert.equal(master.run("api_server_ready() { true; }\nmend_master").status, 0);
        assert.equal(pair(), 0);
        assert.equal(readFileSync(join(master.folder, "kubernetes/pki/apiserver.crt"), "utf8"), old);
    });

    it("gets the arguments that its API server lacks; what was written into the manifest by hand stays", () => {
        const master = newMaster();
        const manifestOf = () => readFileSync(join(master.folder, "kubernetes", manifest), "utf8");
        assert.equal(master.run("add_arguments").output, "says restarts its API server");
        assertGolden("adoption/kube-apiserver.yaml", manifestOf());
        assert.equal(master.run("add_arguments").output, "");
    });

    describe("its kubeconfigs", () => {
        const old = "https://198.51.100.10:6443";
        const local = "https://192.0.2.11:6443";
        const endpoint = "https://192.0.2.10:6443";

        function serversOf(master: MasterByHand, parts: string[]): string[] {
            return parts.map((part) => {
                const text = readFileSync(join(master.folder, "kubernetes", `${part}.conf`), "utf8");
                return /server: (\S+)/.exec(text)?.[1] as string;
            });
        }

        function masterWith(servers: Record<string, string>): MasterByHand {
            const master = newMaster();
            for (const [part, server] of Object.entries(servers)) {
                const file = join(master.folder, "kubernetes", `${part}.conf`);
                writeFileSync(file, `    server: ${server}\n`, { mode: 0o600 });
            }
            return master;
        }

        it("of an old load balancer lead to the host's own API server, and the administrator's to the endpoint", () => {
            const parts = ["admin", "super-admin", "kubelet", "controller-manager", "scheduler"];
            const master = masterWith(Object.fromEntries(parts.map((part) => [part, old])));
            assert.equal(master.run("lead_master_to_endpoint").status, 0);
            assert.deepEqual(serversOf(master, parts), [endpoint, endpoint, local, local, local]);
            assert.equal(statSync(join(master.folder, "kubernetes/scheduler.conf")).mode & 0o777, 0o600);
        });

        it("that lead to the endpoint or to the host itself stay", () => {
            const parts = ["kubelet", "controller-manager", "scheduler"];
            const master = masterWith({ kubelet: local, "controller-manager": endpoint, scheduler: local });
            assert.equal(master.run("lead_master_to_endpoint").status, 0);
            assert.deepEqual(serversOf(master, parts), [local, endpoint, local]);
        });

        it("are noted as they were first, for the way back, however often the step is run", () => {
            const master = masterWith({ admin: old, kubelet: local, "controller-manager": local, scheduler: old });
            const note = () => readFileSync(join(master.folder, "before/servers"), "utf8");
            master.run("lead_master_to_endpoint");
            const noted = note();
            assert.deepEqual(
                noted.trim().split("\n"),
                ["admin", "scheduler"].map((part) => `${master.folder}/kubernetes/${part}.conf ${old}`),
            );
            master.run("lead_master_to_endpoint");
            assert.equal(note(), noted);
        });

        it("of a worker lead to the endpoint", () => {
            const master = masterWith({ kubelet: old });
            assert.equal(master.run("lead_worker_to_endpoint").status, 0);
            assert.deepEqual(serversOf(master, ["kubelet"]), [endpoint]);
        });
    });
});
