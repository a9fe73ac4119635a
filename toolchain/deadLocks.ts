import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** As the engine's file back end writes it (pkg/backend/diy/lock.go). */
interface EngineLock {
    pid: number;
    hostname: string;
    /** RFC 3339. */
    timestamp: string;
}

/**
 * Removes the locks that killed engines have left on a stack in a file back end, so that the next `up` need not be preceded
 * by `pulumi cancel`. A lock of a living engine, or of another machine, stays: the engine itself tells of it.
 * @param backend its URL; one that is not a folder on this machine has locks of its own kind
 * @returns a sentence about each lock that was removed
 */
export function clearDeadLocks(backend: string | undefined, project: string, stack: string): string[] {
    const folder = backend && locksFolder(backend, project, stack);
    if (!folder || !existsSync(folder)) {
        return [];
    }
    return readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .flatMap((name) => clearIfDead(join(folder, name), stack) ?? []);
}

function locksFolder(backend: string, project: string, stack: string): string | undefined {
    return backend.startsWith("file:///")
        ? join(fileURLToPath(backend), ".pulumi", "locks", "organization", project, stack)
        : undefined;
}

function clearIfDead(file: string, stack: string): string | undefined {
    const lock = read(file);
    if (!lock || lock.hostname !== hostname() || engineLives(lock.pid)) {
        return undefined;
    }
    rmSync(file, { force: true });
    rmSync(`${file}.attrs`, { force: true });
    return `The lock on stack ${stack} was left by an engine that is gone (process ${lock.pid}, since ${lock.timestamp}); it is removed.`;
}

/** Undefined where the engine has just let go, or is just writing. */
function read(file: string): EngineLock | undefined {
    try {
        return JSON.parse(readFileSync(file, "utf8")) as EngineLock;
    } catch {
        return undefined;
    }
}

/** Whether the process is there, has not ended (Z), and is an engine, not one that was given the same number later. */
function engineLives(pid: number): boolean {
    const { stdout } = spawnSync("ps", ["-o", "stat=", "-o", "comm=", "-p", String(pid)], { encoding: "utf8" });
    return /^[^Z]\S* +(\S*\/)?pulumi$/m.test(stdout);
}
