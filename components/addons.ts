import { readFileSync } from "node:fs";
// By their own modules: the package's index loads more than a hundred, in every command.
import { NodePatch } from "@pulumi/kubernetes/core/v1/nodePatch";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { parseAllDocuments } from "yaml";
import type { ClusterPlan } from "../config/clusterPlan";
import type { ClusterNode } from "./clusterNode";
import { flannel } from "./flannel";
import { type KubernetesObject, Manifest } from "./manifest";

export interface AddonsArgs {
    plan: ClusterPlan;
    kubeconfig: pulumi.Input<string>;
    /** The founding. */
    gate: pulumi.Resource;
    /** Each looks first whether a living cluster can be given what the configuration says of its network. */
    masters: ClusterNode[];
    workers: ClusterNode[];
}

/** What lives inside the cluster: its network and the labels of its nodes. */
export class Addons extends pulumi.ComponentResource {
    private madeProvider?: Provider;

    constructor(
        private readonly name: string,
        private readonly args: AddonsArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("kubeadm:index:Addons", name, {}, opts);
        this.network();
        for (const node of [...args.masters, ...args.workers]) {
            this.labels(node);
        }
        this.registerOutputs({});
    }

    /** Made when it is first needed: a cluster without add-ons needs no plugin for them. */
    private get provider(): Provider {
        this.madeProvider ??= new Provider(
            this.name,
            {
                kubeconfig: this.args.kubeconfig,
                // Without it a changed kubeconfig would replace everything in the cluster.
                clusterIdentifier: this.name,
            },
            // The plugin looks at the cluster as soon as it is configured, and only then.
            { parent: this, dependsOn: this.args.gate },
        );
        return this.madeProvider;
    }

    private network(): void {
        const { plan, gate, masters } = this.args;
        const { cni, podSubnet } = plan.network;
        if (cni === "none") {
            return;
        }
        const objects =
            cni === "flannel"
                ? flannel({ podSubnet, pluginOnHosts: plan.packages.source === "bundle" })
                : readManifest(cni.manifest);
        const after = masters.map(({ prepared }) => prepared);
        const options = { parent: this, provider: this.provider, after, deletedWith: gate };
        pulumi.output(objects).apply((known) => new Manifest(`${this.name}-network`, known, options));
    }

    /** Labels are patched, not replaced: those that others set stay. */
    private labels(node: ClusterNode): void {
        const { name, labels } = node.config;
        if (Object.keys(labels).length === 0) {
            return;
        }
        new NodePatch(
            `${this.name}-${name}-labels`,
            { metadata: { name, labels, annotations: { "pulumi.com/patchForce": "true" } } },
            {
                parent: this,
                provider: this.provider,
                dependsOn: node.joined,
                // A patch that is taken back from a Node that is gone would make it again.
                deletedWith: node.joined,
            },
        );
    }
}

/** The objects of a manifest file or of one behind an https:// URL. */
async function readManifest(place: string): Promise<KubernetesObject[]> {
    const text = /^https?:\/\//.test(place) ? await fetchText(place) : readFileSync(place, "utf8");
    return parseAllDocuments(text)
        .map((document) => document.toJS() as KubernetesObject | null)
        .filter((object) => object !== null)
        .flatMap((object) => (object.kind === "List" ? (object.items as KubernetesObject[]) : [object]));
}

async function fetchText(url: string): Promise<string> {
    const response = await fetch(url);
    if (!response.ok) {
        throw new Error(`cluster.network.cni.manifest: ${url} answered ${response.status} ${response.statusText}`);
    }
    return response.text();
}
