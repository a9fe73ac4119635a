import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assertGolden } from "../support/golden";
import { StandInCluster } from "../support/standInCluster";
import { told } from "../support/told";

describe("plans of other settings, by the real engine and plugins", function () {
    this.timeout(300_000);

    let cluster: StandInCluster;
    before(async () => {
        cluster = await StandInCluster.start("plan");
        cluster.configure(cluster.config());
        cluster.stack.upOrThrow();
    });
    after(() => cluster?.remove());

    it("another SSH key, kept as a secret in the stack: updates only, nothing is replaced", () => {
        const key = readFileSync(cluster.hosts.privateKeyFile("next"), "utf8");
        cluster.stack.configure({
            cluster: cluster.config({ ssh: { port: cluster.hosts.port } }),
            sshPrivateKey: key,
        });
        assertGolden("plans/ssh-key.txt", told(cluster.stack.plan()));
    });

    it("another nginx setting: the load balancer only", () => {
        const config = cluster.config();
        cluster.configure({
            ...config,
            loadBalancer: { ...config.loadBalancer, host: "127.0.0.10", connectTimeoutSeconds: 5 },
        });
        assertGolden("plans/nginx-setting.txt", told(cluster.stack.plan()));
    });

    it("an edited host script: the first step of each host only, no join", () => {
        cluster.configure(cluster.config());
        const script = join(cluster.stack.folder, "hosts", "steps", "join.sh");
        appendFileSync(script, "true\n");
        assertGolden("plans/script-edit.txt", told(cluster.stack.plan()));
    });
});
