import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { goArchitecture } from "../go";
import { fetchPublished, type PublishedFile, unpackPublished } from "../officialDownload";
import type { Source, Workshop } from "../piece";
import { checkImageNames } from "./checkImageNames";
import { imageNames } from "./images";
import { type Image, writeImageArchive } from "./ociImage";
import { pullImage } from "./registry";
import { writeSha256Sums } from "./sha256Sums";
import { type BundleVersion, nodeSoftware } from "./versions";

/** The projects' own releases, each checked against its published checksum, and their images from their registries. */
export function officialBundle(version: BundleVersion): Source {
    return {
        title: "official download",
        async make(into, workshop) {
            const architecture = goArchitecture();
            const bin = join(into, "bin");
            const cni = join(into, "cni");
            for (const program of ["kubeadm", "kubelet", "kubectl"]) {
                await placeProgram(kubernetesProgram(program, version, architecture), join(bin, program), workshop);
            }
            checkImageNames(join(bin, "kubeadm"), version);
            await unpackPublished(containerd(architecture), bin, 1, workshop);
            await unpackPublished(crictl(architecture), bin, 0, workshop);
            await placeProgram(runc(architecture), join(bin, "runc"), workshop);
            await unpackPublished(cniPlugins(architecture), cni, 0, workshop);
            await placeFlannelPlugin(architecture, join(cni, "flannel"), workshop);
            await pullImages(version, architecture, join(into, "images"), workshop);
            await writeSha256Sums(into);
        },
    };
}

function kubernetesProgram(program: string, version: BundleVersion, architecture: string): PublishedFile {
    const url = `https://dl.k8s.io/release/v${version.kubernetes}/bin/linux/${architecture}/${program}`;
    return { url, checksumsUrl: `${url}.sha256` };
}

/** The statically linked one: hosts may have an older C library than the machine it was built on. */
function containerd(architecture: string): PublishedFile {
    const { containerd: version } = nodeSoftware;
    const file = `containerd-static-${version}-linux-${architecture}.tar.gz`;
    return released("containerd/containerd", `v${version}`, file, `${file}.sha256sum`);
}

function crictl(architecture: string): PublishedFile {
    const { criTools: version } = nodeSoftware;
    const file = `crictl-v${version}-linux-${architecture}.tar.gz`;
    return released("kubernetes-sigs/cri-tools", `v${version}`, file, `${file}.sha256`);
}

function runc(architecture: string): PublishedFile {
    return released("opencontainers/runc", `v${nodeSoftware.runc}`, `runc.${architecture}`, "runc.sha256sum");
}

function cniPlugins(architecture: string): PublishedFile {
    const { cniPlugins: version } = nodeSoftware;
    const file = `cni-plugins-linux-${architecture}-v${version}.tgz`;
    return released("containernetworking/plugins", `v${version}`, file, `${file}.sha256`);
}

function flannelPlugin(architecture: string): PublishedFile {
    const { cniFlannelRelease: version } = nodeSoftware;
    const file = `cni-plugin-flannel-linux-${architecture}-v${version.replace(/-.*/, "")}.tgz`;
    return released("flannel-io/cni-plugin", `v${version}`, file, `${file}.sha512`);
}

function released(repository: string, tag: string, file: string, checksums: string): PublishedFile {
    const folder = `https://github.com/${repository}/releases/download/${tag}`;
    return { url: `${folder}/${file}`, checksumsUrl: `${folder}/${checksums}` };
}

async function placeProgram(file: PublishedFile, to: string, workshop: Workshop): Promise<void> {
    const fetched = await fetchPublished(file, workshop);
    await workshop.run("install", ["-D", "--mode=755", fetched, to]);
}

/** Its archive names the program after the architecture. */
async function placeFlannelPlugin(architecture: string, to: string, workshop: Workshop): Promise<void> {
    const unpacked = join(workshop.scratch, "cni-plugin-flannel");
    await unpackPublished(flannelPlugin(architecture), unpacked, 0, workshop);
    copyFileSync(join(unpacked, `flannel-${architecture}`), to);
}

async function pullImages(
    version: BundleVersion,
    architecture: string,
    folder: string,
    workshop: Workshop,
): Promise<void> {
    mkdirSync(folder, { recursive: true });
    for (const [file, names] of Object.entries(imageNames(version))) {
        const images: Image[] = [];
        for (const name of names) {
            workshop.say(`pulls ${name}`);
            images.push(await pullImage(name, architecture, workshop));
        }
        await writeImageArchive(join(folder, `${file}.tar`), images);
    }
}
