import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A Debian package as the official one is. Where each field comes from is in outside.md beside this file; a test compares the
 * two.
 */
export interface Package {
    name: string;
    version: string;
    depends: string[];
    provides: string[];
    conflicts: string[];
    replaces: string[];
    /** Place on the host by file of the bundle. */
    programs: Record<string, string>;
    /** Content by place on the host. */
    files: Record<string, string>;
    /** Files of the configuration that stay when the package is upgraded. */
    conffiles: string[];
    /** What the package does once it is installed. */
    afterwards?: string;
}

const kubeletUnit = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

const kubeadmDropIn = `[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;

const containerdUnit = `[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target dbus.service

[Service]
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
`;

/** Versions that are not those of Kubernetes. */
const criTools = "1.36.0-1.1";
const kubernetesCni = "1.9.1-1.1";

/** Packages of Kubernetes and containerd, made of a bundle's programs. */
export function packages(bundle: string, kubernetesVersion: string, containerdVersion: string): Package[] {
    const none = { depends: [], provides: [], conflicts: [], replaces: [], files: {}, conffiles: [] };
    const program = (name: string, version = `${kubernetesVersion}-1.1`) => ({
        ...none,
        name,
        version,
        programs: { [`bin/${name}`]: `usr/bin/${name}` },
    });
    const plugins = readdirSync(join(bundle, "cni")).map((plugin) => [`cni/${plugin}`, `opt/cni/bin/${plugin}`]);
    return [
        program("kubectl"),
        { ...program("crictl", criTools), name: "cri-tools" },
        {
            ...program("kubelet"),
            depends: ["iptables (>= 1.4.21)", "kubernetes-cni (>= 1.2.0)", "mount", "util-linux"],
            files: {
                "usr/lib/systemd/system/kubelet.service": kubeletUnit,
                "etc/default/kubelet": "KUBELET_EXTRA_ARGS=\n",
                "etc/kubernetes/manifests/.kubelet-keep": "",
                "var/lib/kubelet/.kubelet-keep": "",
            },
            conffiles: ["/etc/default/kubelet"],
            afterwards: "systemctl daemon-reload && systemctl preset kubelet",
        },
        {
            ...program("kubeadm"),
            files: { "usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf": kubeadmDropIn },
            afterwards: "systemctl daemon-reload",
        },
        {
            ...none,
            name: "kubernetes-cni",
            version: kubernetesCni,
            programs: Object.fromEntries(plugins),
            files: { "etc/cni/net.d/.kubernetes-cni-keep": "" },
        },
        {
            ...none,
            name: "containerd.io",
            version: `${containerdVersion}-1~debian.12~bookworm`,
            provides: ["containerd", "runc"],
            conflicts: ["containerd", "runc"],
            replaces: ["containerd", "runc"],
            programs: Object.fromEntries(
                ["containerd", "containerd-shim-runc-v2", "ctr", "runc"].map((name) => [
                    `bin/${name}`,
                    `usr/bin/${name}`,
                ]),
            ),
            files: {
                "lib/systemd/system/containerd.service": containerdUnit,
                // The CRI plugin is off until somebody configures it.
                "etc/containerd/config.toml": 'disabled_plugins = ["cri"]\n',
            },
            conffiles: ["/etc/containerd/config.toml"],
            afterwards: "systemctl daemon-reload && systemctl enable --now containerd",
        },
    ];
}

/**
 * Makes a signed apt repository (flat, suite "/") of a bundle's programs in `folder`, and its public key beside it as
 * "key.asc".
 * @param containerdVersion what containerd's package says of itself, whatever the bundle has
 */
export function makeAptRepository(
    folder: string,
    bundle: string,
    kubernetesVersion: string,
    containerdVersion = "2.3.3",
): void {
    mkdirSync(folder, { recursive: true });
    for (const each of packages(bundle, kubernetesVersion, containerdVersion)) {
        buildPackage(each, bundle, folder);
    }
    const make = (...args: string[]) => execFileSync("apt-ftparchive", args, { cwd: folder, encoding: "utf8" });
    writeFileSync(join(folder, "Packages"), make("packages", "."));
    writeFileSync(join(folder, "Release"), make("release", "."));
    sign(folder);
}

function buildPackage(
    { name, version, programs, files, conffiles, afterwards, ...relations }: Package,
    bundle: string,
    folder: string,
): void {
    const root = join(folder, "build", name);
    const place = (path: string, write: (to: string) => void) => {
        const to = join(root, path);
        mkdirSync(dirname(to), { recursive: true });
        write(to);
    };
    const related = (["depends", "provides", "conflicts", "replaces"] as const)
        .filter((field) => relations[field].length > 0)
        .map((field) => `${field[0].toUpperCase()}${field.slice(1)}: ${relations[field].join(", ")}\n`);
    const control = `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nMaintainer: test\n${related.join("")}Description: ${name}\n`;
    place("DEBIAN/control", (to) => writeFileSync(to, control));
    if (conffiles.length > 0) {
        place("DEBIAN/conffiles", (to) => writeFileSync(to, conffiles.map((path) => `${path}\n`).join("")));
    }
    if (afterwards) {
        place("DEBIAN/postinst", (to) => writeFileSync(to, `#!/bin/sh\nset -e\n${afterwards}\n`, { mode: 0o755 }));
    }
    for (const [from, path] of Object.entries(programs)) {
        place(path, (to) => {
            copyFileSync(join(bundle, from), to);
            chmodSync(to, 0o755);
        });
    }
    for (const [path, content] of Object.entries(files)) {
        place(path, (to) => writeFileSync(to, content));
    }
    execFileSync("dpkg-deb", ["-Znone", "--root-owner-group", "--build", root, folder], { stdio: "pipe" });
}

function sign(folder: string): void {
    const home = join(folder, "gnupg");
    mkdirSync(home, { mode: 0o700 });
    const gpg = (...args: string[]) =>
        execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", "--passphrase", "", ...args], {
            cwd: folder,
            stdio: "pipe",
        });
    gpg("--quick-generate-key", "test <test@example.com>", "ed25519", "sign", "never");
    gpg("--clearsign", "--output", "InRelease", "Release");
    writeFileSync(join(folder, "key.asc"), gpg("--armor", "--export"));
    execFileSync("gpgconf", ["--homedir", home, "--kill", "all"]);
}
