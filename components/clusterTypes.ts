/**
 * Types of the components that a cluster has once in its life. They are part of the identity in the state of everything
 * below them: never change them.
 */
export const clusterType = "kubeadm:index:KubeadmCluster";
export const pkiType = "kubeadm:index:Pki";
export const foundingType = "kubeadm:index:FirstMaster";
export const loadBalancerType = "kubeadm:index:LoadBalancer";
export const externalEtcdType = "kubeadm:index:ExternalEtcd";
