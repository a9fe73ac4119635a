import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Who holds a lock, as written in the lock file. */
interface Holder {
    pid: number;
    /** Tells a process from a later one that was given the same number. Empty where the system does not tell. */
    startedAt: string;
    /** Tells this taking of the lock from every other. */
    id: string;
}

/** Between two looks at a lock that somebody else holds. */
const lookAgainAfterMs = 200;
/** A takeover takes a millisecond; one that is older than this was cut off in the middle. */
const takeoverCutOffAfterMs = 10_000;

/**
 * Does the work while holding the lock file, so that two processes that want the same thing wait for one another.
 * A lock whose process is dead is taken over. `waiting` is told once who is waited for.
 */
export async function withLock<T>(file: string, waiting: (pid: number) => void, work: () => Promise<T>): Promise<T> {
    mkdirSync(dirname(file), { recursive: true });
    const own: Holder = { pid: process.pid, startedAt: startOf(process.pid) ?? "", id: randomUUID() };
    let told = false;
    while (!take(file, own)) {
        const holder = read(file);
        if (holder && !told && isAlive(holder)) {
            waiting(holder.pid);
            told = true;
        }
        await sleep(lookAgainAfterMs);
    }
    try {
        return await work();
    } finally {
        if (read(file)?.id === own.id) {
            rmSync(file);
        }
    }
}

/** One try. Linking a complete file into place keeps others from ever seeing a half-written lock. */
function take(file: string, own: Holder): boolean {
    const written = `${file}.${own.id}`;
    writeFileSync(written, JSON.stringify(own));
    try {
        return linked(written, file) || takenOver(file, written);
    } finally {
        rmSync(written, { force: true });
    }
}

/**
 * Puts the own file in the place of a dead holder's. Of several that saw the same dead holder only one may do so, and
 * none may replace the lock of the one that was quicker: hence a second, short lock, and another look while holding it.
 */
function takenOver(file: string, written: string): boolean {
    const takeover = `${file}.takeover`;
    if (!isDead(read(file)) || !linked(written, takeover)) {
        dropIfCutOff(takeover);
        return false;
    }
    try {
        const stillDead = isDead(read(file));
        if (stillDead) {
            renameSync(written, file);
        }
        return stillDead;
    } finally {
        rmSync(takeover, { force: true });
    }
}

function linked(from: string, to: string): boolean {
    try {
        linkSync(from, to);
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") {
            return false;
        }
        throw error;
    }
}

function dropIfCutOff(takeover: string): void {
    const age = Date.now() - (statSync(takeover, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > takeoverCutOffAfterMs) {
        rmSync(takeover, { force: true });
    }
}

function read(file: string): Holder | undefined {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw new Error(
            `The lock ${file} cannot be read (${(error as Error).message}). If no other toolchain is at work, delete it.`,
        );
    }
}

/** No lock at all is not a dead one: its holder has just let go. */
function isDead(holder: Holder | undefined): boolean {
    return holder !== undefined && !isAlive(holder);
}

function isAlive(holder: Holder): boolean {
    const start = startOf(holder.pid);
    return start !== undefined && start === holder.startedAt;
}

/** When a process started, in the kernel's own ticks; undefined when there is no such process, "" where nobody tells. */
function startOf(pid: number): string | undefined {
    try {
        process.kill(pid, 0);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EPERM") {
            return undefined;
        }
    }
    if (process.platform !== "linux") {
        return "";
    }
    try {
        // The 22nd field; the second, the command's name in parentheses, may hold blanks. A zombie (Z) is dead.
        const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
            .replace(/^.*\) /s, "")
            .split(" ");
        return fields[0] === "Z" ? undefined : fields[19];
    } catch {
        return undefined;
    }
}
