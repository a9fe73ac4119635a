import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "fflate";
import { pack } from "tar-stream";
import type { ClusterPlan } from "../config/clusterPlan";

const folder = join(__dirname, "..", "hosts");

/** What a worker has a use for, beside the script of its packages. */
const ofWorkers = [
    "step",
    ...[
        "admin",
        "ca-bundle",
        "cluster-id",
        "containerd",
        "disk",
        "drain",
        "given-certificates",
        "identity",
        "kept-files",
        "kubeconfigs",
        "kubelet",
        "node",
        "patches",
        "receive",
        "rotation",
        "say",
        "serving-certificate",
        "shutdown",
        "tools",
        "unfinished",
        "upgrade",
        "version",
        "wait",
    ].map(libFile),
    ...["drain", "join", "leave", "maintain", "prepare", "reset", "uncordon"].map(stepFile),
];

const archives = new Map<string, Promise<string>>();

/**
 * The scripts of hosts/ as one line of text: tar, gzip, base64. The same scripts give the same line on every machine
 * (fixed times, and a compressor that does not depend on Node's zlib), so that a plan shows no change where there is none.
 * They go without their comments, because the state keeps this line twice for each host.
 * @param names paths below hosts/
 */
export function hostScripts(names: string[]): Promise<string> {
    const key = names.join();
    const archive = archives.get(key) ?? makeArchive(names);
    archives.set(key, archive);
    return archive;
}

/**
 * Shell command that puts the scripts, stdin's first line, in a folder on the host. Each file is replaced at once: another step
 * may read the scripts at that moment.
 */
export function unpackInto(folder: string): string {
    const unpack = 'rm -rf new && mkdir new && echo "$s" | base64 -d | tar -xzC new && cp -rlf new/. . && rm -r new';
    return `read -r s && mkdir -p ${folder} && (cd ${folder} && flock 9 && ${unpack}) 9<${folder}`;
}

/** All of them, as paths below hosts/. */
export function allScripts(): string[] {
    return ["step", "health-check", "go-back", ...filesIn("lib"), ...filesIn("steps")];
}

/** Those of a worker: there may be thousands, and each byte is in the state for each. */
export function workerScripts(packages: ClusterPlan["packages"]["source"]): string[] {
    return [...ofWorkers, libFile(`packages-${packages}`), ...(packages === "apt" ? [libFile("apt")] : [])];
}

async function makeArchive(names: string[]): Promise<string> {
    const tar = pack();
    for (const name of names) {
        tar.entry(
            { name, mode: 0o755, mtime: new Date(0), uid: 0, gid: 0 },
            withoutComments(readFileSync(join(folder, name), "utf8")),
        );
    }
    tar.finalize();
    const chunks: Uint8Array[] = [];
    for await (const chunk of tar) {
        chunks.push(chunk as Uint8Array);
    }
    return Buffer.from(gzipSync(Buffer.concat(chunks), { level: 9, mtime: 0 })).toString("base64");
}

/** Without the lines that are nothing but a comment; one that names the interpreter stays. */
export function withoutComments(script: string): string {
    return script.replace(/^ *#(?!!).*\n/gm, "");
}

function filesIn(subfolder: string): string[] {
    return readdirSync(join(folder, subfolder))
        .sort()
        .map((file) => `${subfolder}/${file}`);
}

function libFile(name: string): string {
    return `lib/${name}.sh`;
}

function stepFile(step: string): string {
    return `steps/${step}.sh`;
}
