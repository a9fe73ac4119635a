import * as pulumi from "@pulumi/pulumi";

/** Types of the components that are nodes. They are part of every step's identity in the state: never change them. */
export const masterType = "kubeadm:index:JoiningMaster";
export const etcdMemberType = "kubeadm:index:EtcdMember";
/** Of earlier versions: now a worker's resources are directly in the cluster, because where there are thousands, each counts. */
export const workerType = "kubeadm:index:Worker";

/**
 * What states of earlier versions call a node's resource, so that it is taken over and not deleted, which would reset a
 * living node. The resource "host" was "reset", with nothing but its delete.
 * @param node name of the component that the resource is in, or, of a worker, was in
 */
export function formerIdentity(
    role: "master" | "worker",
    node: string,
    resource: string,
    parent?: pulumi.Resource,
): pulumi.Alias[] {
    const name = resource === "host" ? { name: `${node}-reset` } : {};
    if (role === "worker") {
        return [{ ...name, parent: pulumi.createUrn(node, workerType, parent) }];
    }
    return resource === "host" ? [name] : [];
}
