import { type Blob, composeImage, type Image, layerFrom, layerOf, type RunConfig } from "./ociImage";
import { directoryEntry, fileEntry, type TarEntry, textEntry } from "./tar";
import { type BundleVersion, nodeSoftware } from "./versions";

/** The names of a bundle's images by the file of the bundle that they are in. */
export interface ImageNames {
    /** Every node runs these. */
    node: string[];
    /** Only masters run these. */
    master: string[];
}

/** Names and tags as `kubeadm config images list` prints them, and flannel's own. */
export function imageNames({ kubernetes, etcdImageTag, coredns, pause }: BundleVersion): ImageNames {
    const official = "registry.k8s.io";
    const masterPrograms = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"];
    return {
        node: [
            `${official}/kube-proxy:v${kubernetes}`,
            `${official}/pause:${pause}`,
            `${official}/coredns/coredns:v${coredns}`,
            `ghcr.io/flannel-io/flannel:v${nodeSoftware.flannel}`,
        ],
        master: [
            ...masterPrograms.map((program) => `${official}/${program}:v${kubernetes}`),
            `${official}/etcd:${etcdImageTag}`,
        ],
    };
}

/** What images are made of. */
export interface ImageMaterial {
    version: BundleVersion;
    architecture: string;
    /** Where the built program of that name is. */
    program(name: string): string;
    /** The tar file that base-layer.sh makes. */
    baseLayer: string;
    /** In PEM. */
    caCertificates: string;
}

/** What is in an image, by the last word of its name: programs where kubeadm and flannel's manifests look for them. */
const recipes: Record<string, Recipe> = {
    "kube-proxy": { base: "debian", programs: { "usr/local/bin/kube-proxy": "kube-proxy" } },
    pause: { base: "none", programs: { pause: "pause" }, user: "65535:65535" },
    coredns: { base: "identity", programs: { coredns: "coredns" } },
    flannel: { base: "debian", programs: { "opt/bin/flanneld": "flanneld" } },
    "kube-apiserver": { base: "identity", programs: { "usr/local/bin/kube-apiserver": "kube-apiserver" } },
    "kube-controller-manager": {
        base: "identity",
        programs: { "usr/local/bin/kube-controller-manager": "kube-controller-manager" },
    },
    "kube-scheduler": { base: "identity", programs: { "usr/local/bin/kube-scheduler": "kube-scheduler" } },
    etcd: {
        base: "identity",
        programs: {
            "usr/local/bin/etcd": "etcd",
            "usr/local/bin/etcdctl": "etcdctl",
            "usr/local/bin/etcdutl": "etcdutl",
        },
    },
};

interface Recipe {
    /** What is under the programs: Debian's packet filter tools; names, users and CA certificates; nothing. */
    base: "debian" | "identity" | "none";
    /** Program by its path in the image; the first is the entry point. */
    programs: Record<string, string>;
    user?: string;
}

/** Makes the images of these names. */
export async function makeImages(names: string[], material: ImageMaterial): Promise<Image[]> {
    const images: Image[] = [];
    for (const name of names) {
        images.push(await makeImage(name, material));
    }
    return images;
}

async function makeImage(name: string, material: ImageMaterial): Promise<Image> {
    const word = /([^/:]+):[^/:]+$/.exec(name)?.[1] ?? "";
    const recipe = recipes[word];
    if (!recipe) {
        throw new Error(
            `There is no recipe for the image ${name}. Known in images.ts: ${Object.keys(recipes).join(", ")}.`,
        );
    }
    const programs = Object.entries(recipe.programs).map(([path, program]) =>
        fileEntry(path, material.program(program), 0o755),
    );
    const layers = [...(await baseLayers(recipe.base, material)), await layerOf(programs)];
    return composeImage({
        name,
        architecture: material.architecture,
        created: material.version.released,
        config: runConfig(recipe),
        layers,
    });
}

function runConfig({ programs, user }: Recipe): RunConfig {
    const [entry] = Object.keys(programs);
    return {
        Entrypoint: [`/${entry}`],
        Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        ...(user && { User: user }),
    };
}

async function baseLayers(base: Recipe["base"], { baseLayer, caCertificates }: ImageMaterial): Promise<Blob[]> {
    switch (base) {
        case "debian":
            return [await layerFrom(baseLayer)];
        case "identity":
            return [await layerOf(identity(caCertificates))];
        case "none":
            return [];
    }
}

/** What a static program looks up: users, the order of name services, whom to trust. */
function identity(caCertificates: string): TarEntry[] {
    const users = ["root:x:0:0:root:/root", "nobody:x:65534:65534:nobody:/", "nonroot:x:65532:65532:nonroot:/"];
    return [
        textEntry("etc/passwd", users.map((user) => `${user}:/sbin/nologin\n`).join("")),
        textEntry("etc/group", "root:x:0:\nnogroup:x:65534:\nnonroot:x:65532:\n"),
        textEntry("etc/nsswitch.conf", "hosts: files dns\n"),
        textEntry("etc/ssl/certs/ca-certificates.crt", caCertificates),
        directoryEntry("tmp", 0o1777),
    ];
}
