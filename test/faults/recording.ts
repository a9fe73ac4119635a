import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { allScripts, hostScripts } from "../../components/hostScripts";
import { shortDigest } from "../../components/shortDigest";
import type { FaultCluster } from "./faultCluster";
import { filesOn, type HostFiles } from "./leftovers";
import { type Operation, rolesOf } from "./operations";
import { type HostRole, type Point, pointsOf, type Seen } from "./point";

/** What an undisturbed run of an operation shows. */
export interface Recording {
    /** One host of each role. */
    seen: Partial<Record<HostRole, Seen>>;
    /** The files that it leaves on the hosts, by role: all hosts of a role have the same. */
    files: Partial<Record<HostRole, string[]>>;
}

/**
 * The recording of an operation with the scripts as they are now; made where there is none.
 * @param stale whether one of earlier scripts will do: points that are gone since are then not reached
 */
export async function recordingOf(
    operation: Operation,
    cluster: FaultCluster,
    folder: string,
    stale: boolean,
): Promise<Recording> {
    const name = operation.name.replaceAll(" ", "-");
    const earlier =
        stale && existsSync(folder) ? readdirSync(folder).filter((file) => file.startsWith(`${name}-`)) : [];
    const scripts = shortDigest(await hostScripts(allScripts()));
    const file = join(folder, newest(folder, earlier) ?? `${name}-${scripts}.json`);
    if (!existsSync(file)) {
        console.log(`records an undisturbed run: ${operation.name} …`);
        const recording = await record(operation, cluster);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, JSON.stringify(recording, null, 1));
    }
    return JSON.parse(readFileSync(file, "utf8")) as Recording;
}

function newest(folder: string, files: string[]): string | undefined {
    const time = (file: string) => statSync(join(folder, file)).mtimeMs;
    return [...files].sort((one, other) => time(other) - time(one))[0];
}

async function record(operation: Operation, cluster: FaultCluster): Promise<Recording> {
    if (!cluster.state || !operation.fits(cluster.state)) {
        await cluster.bringTo(operation.start);
    }
    const from = cluster.state;
    const target = operation.target(from);
    const traces = cluster.hosts.map((host) => cluster.trace(host));
    for (const trace of traces) {
        trace.begin();
    }
    cluster.declare(target);
    await cluster.up();
    await cluster.settle(target);
    const recording: Recording = { seen: {}, files: {} };
    const files = await filesOn(cluster, cluster.hosts);
    for (const [role, [host]] of Object.entries(rolesOf(from, target)) as [HostRole, string[]][]) {
        const trace = traces.find((one) => one.host === host);
        if (trace) {
            const logs = Object.fromEntries(trace.steps().map((step) => [step, trace.logged(step)]));
            recording.seen[role] = { commands: trace.commands(), logs };
            recording.files[role] = files[host];
        }
    }
    for (const trace of traces) {
        trace.end();
    }
    return recording;
}

/** Where faults can strike, role by role. */
export function pointsIn({ seen }: Recording): Point[] {
    return Object.entries(seen).flatMap(([role, of]) => pointsOf(role as HostRole, of));
}

/** The files that each host should have after the operation. */
export function expectedFiles(recording: Recording, roles: Record<HostRole, string[]>): HostFiles {
    const entries = Object.entries(roles).flatMap(([role, hosts]) =>
        hosts.flatMap((host) => {
            const files = recording.files[role as HostRole];
            return files ? [[host, files] as const] : [];
        }),
    );
    return Object.fromEntries(entries);
}
