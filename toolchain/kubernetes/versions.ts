/** A Kubernetes release and what kubeadm of that release deploys beside it. */
export interface BundleVersion {
    /** Exact, without v. */
    kubernetes: string;
    /** When the release was made: the `Time` of its module. Stands in for the build date, so that builds repeat. */
    released: string;
    etcd: string;
    /** As in kubeadm's constants: etcd's version and the count of its image's builds. */
    etcdImageTag: string;
    coredns: string;
    pause: string;
}

/** What a node runs whichever Kubernetes it is. The kubelet of 1.36 wants containerd 2. */
export const nodeSoftware = {
    containerd: "2.3.3",
    runc: "1.4.2",
    cniPlugins: "1.9.1",
    criTools: "1.36.0",
    flannel: "0.28.4",
    /** The last release of the plugin as part of the CNI plugins: its later module cannot be had from every proxy. */
    cniFlannelModule: "0.9.1",
    /** The official plugin that flannel's own chart installs. */
    cniFlannelRelease: "1.9.1-flannel1",
};
