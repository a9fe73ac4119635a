import * as pulumi from "@pulumi/pulumi";

/** A Kubernetes object as a manifest holds it. */
export interface KubernetesObject {
    apiVersion: string;
    kind: string;
    metadata: {
        name: string;
        namespace?: string;
        labels?: Record<string, string>;
        annotations?: Record<string, string>;
    };
    [field: string]: unknown;
}

/** Kinds that others in the same manifest need first. */
const first = ["Namespace", "CustomResourceDefinition"];

/**
 * The objects of a manifest, one plain resource each: the only form that can be previewed while the API server is away.
 * Nothing waits for readiness, because pods wait for nodes and, before there is a network, nodes wait for pods.
 */
export class Manifest extends pulumi.ComponentResource {
    constructor(
        name: string,
        objects: KubernetesObject[],
        opts: pulumi.ComponentResourceOptions & { deletedWith: pulumi.Resource; after: pulumi.Resource[] },
    ) {
        const { deletedWith, after, ...options } = opts;
        super("kubeadm:index:Manifest", name, {}, options);
        const create = (object: KubernetesObject, dependsOn: pulumi.Resource[]) =>
            new ManifestObject(`${name}-${nameOf(object)}`, withoutWaiting(object), {
                parent: this,
                deletedWith,
                dependsOn,
            });
        const needed = [deletedWith, ...after];
        const early = objects.filter(({ kind }) => first.includes(kind)).map((object) => create(object, needed));
        for (const object of objects.filter(({ kind }) => !first.includes(kind))) {
            create(object, [...needed, ...early]);
        }
        this.registerOutputs({});
    }
}

/** An object of any kind, as the provider's own classes register it. */
class ManifestObject extends pulumi.CustomResource {
    constructor(name: string, object: KubernetesObject, opts: pulumi.CustomResourceOptions) {
        const group = object.apiVersion.includes("/") ? "" : "core/";
        super(`kubernetes:${group}${object.apiVersion}:${object.kind}`, name, object, opts);
    }
}

function nameOf({ kind, metadata }: KubernetesObject): string {
    return [kind.toLowerCase(), metadata.namespace, metadata.name].filter(Boolean).join("-");
}

function withoutWaiting(object: KubernetesObject): KubernetesObject {
    const annotations = { ...object.metadata.annotations, "pulumi.com/skipAwait": "true" };
    return { ...object, metadata: { ...object.metadata, annotations } };
}
