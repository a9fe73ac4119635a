import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A Debian package as the official ones are: the same programs in the same places, with the units that come along. */
interface Package {
    name: string;
    version: string;
    depends: string[];
    /** Place on the host by file of the bundle. */
    programs: Record<string, string>;
    /** Content by place on the host. */
    files: Record<string, string>;
    /** What the package does once it is installed. */
    afterwards?: string;
}

const kubeletUnit = `[Unit]
Description=kubelet: The Kubernetes Node Agent
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
[Service]
ExecStart=/usr/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
[Install]
WantedBy=multi-user.target
`;

/** Packages of Kubernetes and containerd, made of a bundle's programs. */
function packages(bundle: string, kubernetesVersion: string, containerdVersion: string): Package[] {
    const version = `${kubernetesVersion}-1.1`;
    const program = (name: string) => ({
        name,
        version,
        depends: [],
        programs: { [`bin/${name}`]: `usr/bin/${name}` },
        files: {},
    });
    const plugins = readdirSync(join(bundle, "cni")).map((plugin) => [`cni/${plugin}`, `opt/cni/bin/${plugin}`]);
    return [
        program("kubectl"),
        { ...program("crictl"), name: "cri-tools" },
        {
            ...program("kubelet"),
            depends: ["kubernetes-cni"],
            files: { "usr/lib/systemd/system/kubelet.service": kubeletUnit },
            afterwards: "systemctl daemon-reload",
        },
        {
            ...program("kubeadm"),
            depends: ["cri-tools"],
            files: { "usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf": kubeadmDropIn },
            afterwards: "systemctl daemon-reload",
        },
        { name: "kubernetes-cni", version, depends: [], programs: Object.fromEntries(plugins), files: {} },
        {
            name: "containerd.io",
            version: `${containerdVersion}-1`,
            depends: [],
            programs: Object.fromEntries(
                ["containerd", "containerd-shim-runc-v2", "ctr", "runc"].map((name) => [
                    `bin/${name}`,
                    `usr/bin/${name}`,
                ]),
            ),
            files: {
                "usr/lib/systemd/system/containerd.service": containerdUnit,
                // As Docker's package: the CRI plugin is off until somebody configures it.
                "etc/containerd/config.toml": 'disabled_plugins = ["cri"]\n',
            },
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
    { name, version, depends, programs, files, afterwards }: Package,
    bundle: string,
    folder: string,
): void {
    const root = join(folder, "build", name);
    const place = (path: string, write: (to: string) => void) => {
        const to = join(root, path);
        mkdirSync(dirname(to), { recursive: true });
        write(to);
    };
    const dependencies = depends.length > 0 ? `Depends: ${depends.join(", ")}\n` : "";
    const control = `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nMaintainer: test\n${dependencies}Description: ${name}\n`;
    place("DEBIAN/control", (to) => writeFileSync(to, control));
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
