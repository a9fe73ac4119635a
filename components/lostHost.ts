import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { LostHostPlan } from "../config/clusterPlan";
import { nodeAddress } from "../config/nodeAddress";
import type { DeliveredFile } from "./delivery";
import type { Host } from "./host";
import { HostGroup } from "./hostGroup";
import { etcdMemberType, formerIdentity, masterType } from "./nodeTypes";

export interface LostHostArgs {
    cluster: string;
    host: LostHostPlan;
    /** The surviving host that evicts the lost one. */
    survivor: Host;
    /** The step that does so. */
    step: "forget" | "forget-etcd";
    /** What the step needs beside the host's name. */
    files: pulumi.Input<DeliveredFile[]>;
    after: pulumi.Resource[];
}

/** The type that the host's component had: with another one, its steps would be others and the old ones would be run. */
const types = { master: masterType, etcd: etcdMemberType };

/** The resources whose delete the host would run when it leaves. */
const last = { master: ["host", "node"], worker: ["host", "node"], etcd: ["reset", "leave-etcd"] };

/**
 * A host that was declared lost. A surviving one removes its etcd member and its Node; nothing connects to the host itself.
 * The resources whose delete would run on the host lose their commands, so that neither an update nor a delete connects to it.
 */
export class LostHost {
    /** The cluster has forgotten the host. */
    readonly forgotten: remote.Command;

    constructor({ cluster, host, survivor, step, files, after }: LostHostArgs, opts: pulumi.ComponentResourceOptions) {
        const name = `${cluster}-${host.name}`;
        const { role } = host;
        const parent = role === "worker" ? opts.parent : new HostGroup(types[role], name, opts);
        for (const resource of last[role]) {
            const aliases = role === "etcd" ? [] : formerIdentity(role, name, resource, parent);
            new remote.Command(
                `${name}-${resource}`,
                { connection: { host: host.name } },
                { parent, aliases, retainOnDelete: true },
            );
        }
        const settings = `LOST_NODE='${host.name}'\nLOST_ADDRESS='${nodeAddress(host) ?? ""}'\n`;
        const whom = { path: "/run/kubeadm-ha/forget.conf", mode: "0600", content: settings };
        const all = pulumi.output(files).apply((others) => [whom, ...others]);
        this.forgotten = survivor.stepOnce(`${name}-forget`, step, pulumi.secret(all), { parent, dependsOn: after });
    }
}
