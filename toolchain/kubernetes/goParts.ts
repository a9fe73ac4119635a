import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Workshop } from "../piece";
import { type BundleVersion, nodeSoftware } from "./versions";

/** Programs that one wrapper module gives. */
export interface GoPart {
    /** Folder relative to this one: a wrapper module in modules/ (see its README), or a module of our own. */
    module: string;
    packages: string[];
    /** Where a program is to be called otherwise than Go would call it. */
    renamed?: Record<string, string>;
    tags?: string[];
    /** Go variables set when linking: what a program says its version is. */
    variables?: Record<string, string>;
    /** Parts in C, linked in statically: a bundle's programs must not need libraries of the host's. */
    cgo?: boolean;
    /** Writes the source of the main package into a copy of the wrapper module. */
    writeMain?(folder: string, workshop: Workshop): Promise<void>;
}

/** Build tags of the official Kubernetes binaries. */
export const kubernetesTags = ["selinux", "notest", "grpcnotrace"];

export function kubernetesModule(version: string): string {
    return `modules/kubernetes-${version}`;
}

/** All that is built for a bundle, what takes longest first: an early failure is better than a late one. */
export function goParts(version: BundleVersion): GoPart[] {
    return [
        kubernetes(version),
        coredns(version),
        containerd,
        flannel,
        etcd(version),
        criTools,
        runc,
        cniPlugins,
        cniFlannel,
        pause(version),
    ];
}

function kubernetes({ kubernetes: version, released }: BundleVersion): GoPart {
    const programs = [
        "kubeadm",
        "kubelet",
        "kubectl",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kube-proxy",
    ];
    const [major, minor] = version.split(".");
    const facts = {
        gitVersion: `v${version}`,
        gitMajor: major,
        gitMinor: minor,
        gitCommit: "unknown", // a module does not tell; client-go says the same when it does not know
        gitTreeState: "archive",
        buildDate: released,
    };
    const packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
    return {
        module: kubernetesModule(version),
        packages: programs.map((program) => `k8s.io/kubernetes/cmd/${program}`),
        tags: kubernetesTags,
        variables: Object.fromEntries(
            packages.flatMap((path) => Object.entries(facts).map(([name, value]) => [`${path}.${name}`, value])),
        ),
    };
}

function coredns({ coredns: version }: BundleVersion): GoPart {
    return {
        module: `modules/coredns-${version}`,
        packages: ["github.com/coredns/coredns"],
    };
}

function etcd({ etcd: version }: BundleVersion): GoPart {
    return {
        module: `modules/etcd-${version}`,
        packages: ["go.etcd.io/etcd/server/v3", "go.etcd.io/etcd/etcdctl/v3", "go.etcd.io/etcd/etcdutl/v3"],
        renamed: { server: "etcd" },
    };
}

const containerdModule = "github.com/containerd/containerd/v2";

/** Without the snapshotters that need C libraries or kernel modules of their own; overlayfs is what nodes use. */
const containerd: GoPart = {
    module: `modules/containerd-${nodeSoftware.containerd}`,
    packages: ["containerd", "containerd-shim-runc-v2", "ctr"].map((program) => `${containerdModule}/cmd/${program}`),
    tags: ["no_btrfs", "no_zfs", "no_devmapper", "netgo", "osusergo", "static_build"],
    variables: {
        [`${containerdModule}/version.Package`]: containerdModule,
        [`${containerdModule}/version.Version`]: `v${nodeSoftware.containerd}`,
    },
};

const flannelModule = "github.com/flannel-io/flannel";
const flannelFolder = `flannel-${nodeSoftware.flannel}`;

/** Back ends left out: tencentvpc's modules cannot be had from every proxy, udp is in C, ipsec wants a daemon of its own. */
const flannelWithout = ["ipsec", "tencentvpc", "udp"];

const flannel: GoPart = {
    module: `modules/${flannelFolder}`,
    packages: ["."],
    renamed: { [flannelFolder]: "flanneld" },
    variables: { [`${flannelModule}/pkg/version.Version`]: `v${nodeSoftware.flannel}` },
    async writeMain(folder, workshop) {
        await workshop.go(["mod", "download", flannelModule], { cwd: folder });
        const source = await workshop.goOutput(["list", "-m", "-f", "{{.Dir}}", flannelModule], { cwd: folder });
        writeFileSync(join(folder, "main.go"), withoutBackends(readFileSync(join(source, "main.go"), "utf8")));
    },
};

/** flannel's main.go registers its back ends by blank imports. */
function withoutBackends(main: string): string {
    return flannelWithout.reduce((rest, backend) => {
        const line = `\t_ "${flannelModule}/pkg/backend/${backend}"\n`;
        if (!rest.includes(line)) {
            throw new Error(
                `main.go of ${flannelModule} does not import the back end ${backend} as expected. Look at it, then at flannelWithout in goParts.ts.`,
            );
        }
        return rest.replace(line, "");
    }, main);
}

const criTools: GoPart = {
    module: `modules/cri-tools-${nodeSoftware.criTools}`,
    packages: ["sigs.k8s.io/cri-tools/cmd/crictl"],
    variables: { "sigs.k8s.io/cri-tools/pkg/version.Version": `v${nodeSoftware.criTools}` },
};

/** With seccomp: kubeadm's static pods and CoreDNS ask for the RuntimeDefault profile. */
const runc: GoPart = {
    module: `modules/runc-${nodeSoftware.runc}`,
    packages: ["github.com/opencontainers/runc"],
    tags: ["seccomp", "netgo", "osusergo", "urfave_cli_no_docs"],
    cgo: true,
};

const cniModule = "github.com/containernetworking/plugins";
const cniVersionVariable = `${cniModule}/pkg/utils/buildversion.BuildVersion`;

const cniPlugins: GoPart = {
    module: `modules/cni-plugins-${nodeSoftware.cniPlugins}`,
    packages: [
        ...["bridge", "dummy", "host-device", "ipvlan", "loopback", "macvlan", "ptp", "tap", "vlan"].map(
            (name) => `main/${name}`,
        ),
        ...["dhcp", "host-local", "static"].map((name) => `ipam/${name}`),
        ...["bandwidth", "firewall", "portmap", "sbr", "tuning", "vrf"].map((name) => `meta/${name}`),
    ].map((path) => `${cniModule}/plugins/${path}`),
    variables: { [cniVersionVariable]: `v${nodeSoftware.cniPlugins}` },
};

const cniFlannel: GoPart = {
    module: `modules/cni-flannel-${nodeSoftware.cniFlannelModule}`,
    packages: [`${cniModule}/plugins/meta/flannel`],
    variables: { [cniVersionVariable]: `v${nodeSoftware.cniFlannelModule}` },
};

function pause({ pause: version }: BundleVersion): GoPart {
    return { module: "pause", packages: ["."], variables: { "main.version": version } };
}
