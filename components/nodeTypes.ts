/** Types of the components that are nodes. They are part of every step's identity in the state: never change them. */
export const masterType = "kubeadm:index:JoiningMaster";
export const workerType = "kubeadm:index:Worker";
export const etcdMemberType = "kubeadm:index:EtcdMember";
