import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "fflate";
import { pack } from "tar-stream";

const folder = join(__dirname, "..", "hosts");

/** Workers get the scripts of a worker only, because the state keeps them twice for each host; all others get all. */
export type ScriptsOf = "worker" | "master";

/** What a worker has no use for. */
const notOfWorkers = [
    "health-check",
    "go-back",
    ...["etcd", "health", "lone-etcd", "nginx", "raft", "ring", "seal"].map((lib) => `lib/${lib}.sh`),
    ...["first-back-end", "back-ends", "departures", "install-load-balancer", "remove-load-balancer"].map(stepFile),
    ...["adopt", "inspect", "read-pki", "recover", "survey"].map(stepFile),
    ...["found", "forget", "check-etcd", "etcd-endpoints"].map(stepFile),
    ...["found-etcd", "join-etcd", "leave-etcd", "forget-etcd", "etcd-certificates"].map(stepFile),
];

const archives = new Map<ScriptsOf, Promise<string>>();

/**
 * The scripts of hosts/ as one line of text: tar, gzip, base64. The same scripts give the same line on every machine
 * (fixed times, and a compressor that does not depend on Node's zlib), so that a plan shows no change where there is none.
 */
export function hostScripts(whose: ScriptsOf = "master"): Promise<string> {
    const archive = archives.get(whose) ?? makeArchive(scriptNames(whose));
    archives.set(whose, archive);
    return archive;
}

/** Paths below hosts/ of the scripts that a host gets. */
export function scriptNames(whose: ScriptsOf): string[] {
    const all = ["step", "health-check", "go-back", ...filesIn("lib"), ...filesIn("steps")];
    return whose === "worker" ? all.filter((name) => !notOfWorkers.includes(name)) : all;
}

async function makeArchive(names: string[]): Promise<string> {
    const tar = pack();
    for (const name of names) {
        tar.entry({ name, mode: 0o755, mtime: new Date(0), uid: 0, gid: 0 }, readFileSync(join(folder, name)));
    }
    tar.finalize();
    const chunks: Uint8Array[] = [];
    for await (const chunk of tar) {
        chunks.push(chunk as Uint8Array);
    }
    return Buffer.from(gzipSync(Buffer.concat(chunks), { level: 9, mtime: 0 })).toString("base64");
}

function filesIn(subfolder: string): string[] {
    return readdirSync(join(folder, subfolder))
        .sort()
        .map((file) => `${subfolder}/${file}`);
}

function stepFile(step: string): string {
    return `steps/${step}.sh`;
}
