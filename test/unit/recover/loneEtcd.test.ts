import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubectlPath } from "../../../toolchain/locate";

const lib = join(__dirname, "..", "..", "..", "hosts", "lib");

/** As kubeadm writes it, with an argument of the user's own that YAML wants in quotes. */
const staticPod = `apiVersion: v1
kind: Pod
metadata: { name: etcd, namespace: kube-system, labels: { component: etcd, tier: control-plane } }
spec:
  containers:
  - command:
    - etcd
    - --data-dir=/var/lib/etcd
    - --initial-cluster=m1=https://192.0.2.11:2380
    - '--log-outputs=stderr, default'
    image: registry.k8s.io/etcd:3.6.8-0
    name: etcd
    env:
    - { name: GOMAXPROCS, value: "2" }
  volumes:
  - hostPath: { path: /etc/kubernetes/pki/etcd, type: DirectoryOrCreate }
    name: etcd-certs
  - hostPath: { path: /var/lib/etcd, type: DirectoryOrCreate }
    name: etcd-data
status: {}
`;

describe("etcd by itself", () => {
    const folder = mkdtempSync(join(tmpdir(), "lone-etcd-test-"));
    after(() => rmSync(folder, { recursive: true }));

    it("is run as the static pod runs it: image, arguments, folders, environment; and with the flags that are added", () => {
        const manifest = join(folder, "etcd.yaml");
        writeFileSync(manifest, staticPod);
        const script = `
            set -euo pipefail
            STEP_LOG="${folder}/log"
            STEP_LIB="${lib}"
            . "${lib}/lone-etcd.sh"
            log_line() { :; }
            kubectl() { "${kubectlPath()}" "\${@/#$etcd_manifest/${manifest}}"; }
            ctr() { printf '%s\\n' "$@"; }
            start_lone_etcd --force-new-cluster
            wait
            cat "${folder}/lone-etcd.log"`;
        const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
        assert.equal(stderr, "");
        const bind = (path: string) => ["--mount", `type=bind,src=${path},dst=${path},options=rbind:rw`];
        assert.deepEqual(stdout.trim().split("\n"), [
            ...["--namespace", "k8s.io", "run", "--rm", "--net-host"],
            ...bind("/etc/kubernetes/pki/etcd"),
            ...bind("/var/lib/etcd"),
            ...["--env", "GOMAXPROCS=2", "registry.k8s.io/etcd:3.6.8-0", "kubeadm-ha-lone-etcd"],
            ...["etcd", "--data-dir=/var/lib/etcd", "--initial-cluster=m1=https://192.0.2.11:2380"],
            ...["--log-outputs=stderr, default", "--force-new-cluster"],
        ]);
    });
});
