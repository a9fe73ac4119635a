import * as pulumi from "@pulumi/pulumi";

/** Types of the components that are nodes. They are part of every step's identity in the state: never change them. */
export const masterType = "kubeadm:index:JoiningMaster";
export const etcdMemberType = "kubeadm:index:EtcdMember";
/**
 * A worker's steps are directly in the cluster, because where there are thousands, each resource counts: only in earlier
 * versions they were in a component. Now one holds its certificate where the CA's key is the user's.
 */
export const workerType = "kubeadm:index:Worker";

const formerNames: Record<string, string> = { host: "reset", node: "leave" };

/**
 * What states of earlier versions call a node's resource, so that it is taken over and not deleted, which would reset a
 * living node. The resources "host" and "node" were "reset" and "leave", with nothing but their delete.
 * @param node name of the component that the resource is in, or, of a worker, was in
 */
export function formerIdentity(
    role: "master" | "worker",
    node: string,
    resource: string,
    parent?: pulumi.Resource,
): pulumi.Alias[] {
    const former = formerNames[resource];
    const name = former ? { name: `${node}-${former}` } : {};
    if (role === "worker") {
        const inComponent = { ...name, parent: pulumi.createUrn(node, workerType, parent) };
        return resource === "node" ? [name, inComponent] : [inComponent];
    }
    return former ? [name] : [];
}
