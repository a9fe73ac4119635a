import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { goArchitecture } from "../go";
import type { Source, Workshop } from "../piece";
import { buildPart } from "./buildPart";
import { checkImageNames } from "./checkImageNames";
import { goParts } from "./goParts";
import { type ImageMaterial, imageNames, makeImages } from "./images";
import { writeImageArchive } from "./ociImage";
import { writeSha256Sums } from "./sha256Sums";
import type { BundleVersion } from "./versions";

/** Programs that hosts run themselves; all others run in images. */
const hostPrograms = [
    "kubeadm",
    "kubelet",
    "kubectl",
    "containerd",
    "containerd-shim-runc-v2",
    "ctr",
    "crictl",
    "runc",
];

/** Builds a bundle where nothing but a Go module proxy and Debian's packages can be reached. */
export function builtBundle(version: BundleVersion): Source {
    return {
        title: "build from Go modules and Debian packages",
        async make(into, workshop) {
            const folders: string[] = [];
            for (const part of goParts(version)) {
                folders.push(await buildPart(part, workshop));
            }
            const program = (name: string) => programIn(folders, name);
            checkImageNames(program("kubeadm"), version);
            copyPrograms(hostPrograms.map(program), join(into, "bin"));
            copyPrograms(folders.filter(isCni).flatMap(programsOf), join(into, "cni"));

            const baseLayer = await makeBaseLayer(workshop);
            const caCertificates = await caCertificatesIn(baseLayer, workshop);
            workshop.say("packs the images");
            await writeImages(join(into, "images"), {
                version,
                architecture: goArchitecture(),
                program,
                baseLayer,
                caCertificates,
            });
            await writeSha256Sums(into);
        },
    };
}

function programIn(folders: string[], name: string): string {
    const found = folders.map((folder) => join(folder, name)).find(existsSync);
    if (!found) {
        throw new Error(`No part in goParts.ts builds ${name}.`);
    }
    return found;
}

function isCni(folder: string): boolean {
    return basename(folder).startsWith("cni-");
}

function programsOf(folder: string): string[] {
    return readdirSync(folder).map((name) => join(folder, name));
}

function copyPrograms(files: string[], into: string): void {
    mkdirSync(into, { recursive: true });
    for (const file of files) {
        copyFileSync(file, join(into, basename(file)));
    }
}

async function makeBaseLayer(workshop: Workshop): Promise<string> {
    const finished = join(workshop.scratch, "base-layer.tar");
    if (!existsSync(finished)) {
        workshop.say("makes the base layer from Debian packages");
        const unfinished = join(workshop.scratch, "base-layer.unfinished.tar");
        await workshop.run(join(__dirname, "base-layer.sh"), [unfinished]);
        renameSync(unfinished, finished);
    }
    return finished;
}

async function caCertificatesIn(baseLayer: string, workshop: Workshop): Promise<string> {
    const path = "./etc/ssl/certs/ca-certificates.crt";
    await workshop.run("tar", ["--extract", "--file", baseLayer, "--directory", workshop.scratch, path]);
    return readFileSync(join(workshop.scratch, path), "utf8");
}

async function writeImages(folder: string, material: ImageMaterial): Promise<void> {
    mkdirSync(folder, { recursive: true });
    for (const [file, names] of Object.entries(imageNames(material.version))) {
        await writeImageArchive(join(folder, `${file}.tar`), await makeImages(names, material));
    }
}
