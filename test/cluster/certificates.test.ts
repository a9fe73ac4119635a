import { strict as assert } from "node:assert";
import type { ClusterConfig } from "../../config/schema";
import { LabCluster } from "../support/labCluster";

/** Long enough for a cluster to be made, short enough for a test to wait for its end; kubelets' are never shorter. */
const validityMinutes = 10;

describe("certificates that end @long", function () {
    this.timeout(1_800_000);
    this.bail(true);

    const masters = ["m1", "m2", "m3"];
    const workers = ["w1"];
    let cluster: LabCluster;

    before(async () => {
        cluster = new LabCluster("certs");
        await cluster.lab.up(["lb", ...masters, ...workers]);
        declare(`${validityMinutes}m`, 0);
        cluster.stack.upOrThrow();
        await cluster.consistsOf(masters, workers);
    });
    after(() => cluster?.remove());

    it("and have expired on all hosts, which were off: one pulumi up repairs the cluster", async () => {
        // Nothing was signed later, and nothing for longer.
        await cluster.loseAllPower(validityMinutes * 60 + 20);
        cluster.stack.upOrThrow();
        await cluster.consistsOf(masters, workers);
        for (const host of [...masters, ...workers]) {
            const { stdout } = await cluster.lab.ssh(
                host,
                "cd /var/lib/kubelet/pki; openssl x509 -in kubelet-client-current.pem -noout -checkend 0; for f in kubelet-client-2*; do openssl x509 -in $f -noout -subject; done",
            );
            // Whatever kubelet has kept is its own.
            assert.doesNotMatch(stdout, /admin/, host);
            assert.match(stdout, /will not expire[\s\S]*CN = system:node/, host);
        }
    });

    it("are renewed by one pulumi up: one master after another, and no request fails", async () => {
        const before = ends();
        // They are due at any time.
        declare("60m", 1);
        await cluster.underWrites(() => cluster.stack.upOrThrow());
        for (const master of masters) {
            assert.ok(ends()[master] > before[master], `${master}: ${before[master]}, then ${ends()[master]}`);
            const { stdout } = await cluster.lab.ssh(
                master,
                "for f in apiserver front-proxy-client etcd/server etcd/peer; do openssl x509 -in /etc/kubernetes/pki/$f.crt -noout -enddate; done",
            );
            const told = [...stdout.matchAll(/notAfter=(.*)/g)].map(([, end]) => new Date(end).getTime());
            assert.ok(
                told.every((end) => end >= Date.parse(ends()[master])),
                stdout,
            );
            for (const port of [6443, 2379]) {
                const shown = await cluster.lab.ssh(
                    master,
                    `openssl s_client -connect 127.0.0.1:${port} </dev/null 2>/dev/null | openssl x509 -noout -enddate`,
                );
                assert.ok(stdout.includes(shown.stdout.trim()), `${port}: ${stdout} ${shown.stdout}`);
            }
        }
        await cluster.consistsOf(masters, workers);
    });

    function declare(validity: string, renewBeforeDays: number): void {
        const { kubeadm, ...base } = cluster.config(masters, workers);
        const signing = { name: "cluster-signing-duration", value: `${validityMinutes}m` };
        const config: ClusterConfig = {
            ...base,
            certificates: { renewBeforeDays },
            kubeadm: {
                ...kubeadm,
                clusterConfiguration: {
                    certificateValidityPeriod: validity,
                    controllerManager: { extraArgs: [signing] },
                },
            },
        };
        cluster.stack.configure({ cluster: config });
    }

    function ends(): Record<string, string> {
        return JSON.parse(cluster.stack.output("certificatesEnd"));
    }
});
