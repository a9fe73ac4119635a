import { strict as assert } from "node:assert";
import { LabCluster } from "../support/labCluster";
import { showsLogs, withServingCertificates } from "../support/servingCertificates";

describe("kubelets' serving certificates, signed by the cluster @long", function () {
    this.timeout(1_200_000);
    this.bail(true);

    const masters = ["m1", "m2"];
    const renewalClock =
        "urn:pulumi:serving::kubeadm-ha::kubeadm:index:KubeadmCluster$kubeadm:index:Pki$tls:index/selfSignedCert:SelfSignedCert::serving-pki-renewal";
    let cluster: LabCluster;

    before(async () => {
        cluster = new LabCluster("serving");
        await cluster.lab.up(["lb", ...masters, "w1", "w2"]);
        declare(["w1"]);
        cluster.stack.upOrThrow();
        await cluster.consistsOf(masters, ["w1"]);
    });
    after(() => cluster?.remove());

    it("are there when the cluster is: API servers take no others", () => {
        for (const node of [...masters, "w1"]) {
            showsLogs(cluster, node);
        }
    });

    it("plan nothing afterwards", () => assert.deepEqual(cluster.stack.plan(), []));

    it("reach a node that joins, while another one is off, and not a node that asks for others' names", async () => {
        const asked = await cluster.lab.ssh("w1", askForOthersNames);
        assert.match(asked.stdout, /created/);
        await cluster.lab.crash("w1");
        cluster.kubectl("wait", "--for=condition=Ready=Unknown", "node/w1", "--timeout=180s");
        declare(["w1", "w2"]);
        const { status, output } = cluster.stack.up();
        assert.equal(status, 0, output);
        assert.match(output, /leaves out w1, which is not Ready/);
        await cluster.lab.start("w1");
        await cluster.consistsOf(masters, ["w1", "w2"]);
        showsLogs(cluster, "w2");
        // Renewed where they are gone: by whom the cluster knows, and by a master itself.
        for (const node of ["m2", "w1"]) {
            await cluster.lab.ssh(node, "rm /var/lib/kubelet/pki/kubelet-server-*; systemctl restart kubelet");
        }
        const { output: renewed } = cluster.stack.upOrThrow("--replace", renewalClock);
        assert.match(
            renewed,
            /w1 asks for a certificate for DNS:api\.example\.com, and its name and address are w1 and/,
        );
        for (const node of [...masters, "w1", "w2"]) {
            showsLogs(cluster, node);
        }
        const requests = cluster.kubectl(
            "get",
            "certificatesigningrequest",
            "of-another",
            "--output=jsonpath={.status}",
        );
        assert.equal(requests, "{}");
    });

    /** As w1 itself could ask for them. */
    const askForOthersNames = `set -e
        key=$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)
        request=$(echo "$key" | openssl req -new -key /dev/stdin -subj /O=system:nodes/CN=system:node:w1 -addext subjectAltName=DNS:api.example.com | base64 --wrap 0)
        kubectl --kubeconfig /etc/kubernetes/kubelet.conf create --filename - <<REQUEST
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: { name: of-another }
spec: { signerName: kubernetes.io/kubelet-serving, usages: [digital signature, server auth], request: $request }
REQUEST`;

    function declare(workers: string[]): void {
        cluster.stack.configure({ cluster: withServingCertificates(cluster.config(masters, workers)) });
    }
});
