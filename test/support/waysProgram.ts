import * as pulumi from "@pulumi/pulumi";
import { Host } from "../../components/host";
import { SshAccess } from "../../components/sshAccess";
import { planCluster } from "../../config/clusterPlan";
import type { ClusterConfig } from "../../config/schema";
import { sshSecretsOf } from "../../config/sshSecrets";

/**
 * In place of index.ts: every master of the configuration is a way to reach a host, and gets harmless steps of every kind:
 * one that brings the scripts, one with secrets, one that runs when the host leaves. See probe.sh.
 */
const config = new pulumi.Config();
const plan = planCluster(config.requireObject<ClusterConfig>("cluster"));
const access = new SshAccess(plan, sshSecretsOf(config));
const given = config.get("given") ?? "";

for (const { name } of plan.masters) {
    const host = new Host(name, "ways", access);
    const files = [
        { path: "/root/probes/way", mode: "0600", content: name },
        { path: `/root/probes/${name}.given`, mode: "0600", content: `\n\\ ${given}\n\n  end` },
    ];
    const dependsOn = host.firstStep("probe", files, {});
    host.step("probe-again", pulumi.secret(files), { dependsOn });
    host.lastStep("probe-last", pulumi.secret(files), { dependsOn });
}
