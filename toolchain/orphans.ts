import { spawnSync } from "node:child_process";

/** A process as `ps` tells of it. */
interface Process {
    pid: number;
    parent: number;
    command: string;
}

/** What an engine starts: plugins, the language host, and through that the program. */
const servesAnEngine = /(^|\/)pulumi-(resource|language)-|@pulumi\/pulumi\/cmd\/run/;

/** Who takes over a process whose parent has ended, besides process 1. */
const adopters = /^(\S*\/)?(systemd|init|launchd)( |$)/;

/**
 * Ends the plugins and programs that killed engines have left: some notice it after minutes, and a program may never, and
 * try all the time to tell its engine so.
 * @returns a sentence, where there were some
 */
export function endOrphans(): string[] {
    const orphans = findOrphans();
    for (const pid of orphans) {
        end(pid);
    }
    return orphans.length > 0
        ? [`An engine that is gone has left plugins or programs running (${words(orphans)}); they are ended.`]
        : [];
}

/** Their numbers, as this machine's process table tells them now. */
export function findOrphans(): number[] {
    const { stdout } = spawnSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,command="], { encoding: "utf8" });
    return orphansOf(stdout);
}

/** Their numbers. `table`: a line "PID PARENT COMMAND" for each process of this machine. */
export function orphansOf(table: string): number[] {
    const processes = table.split("\n").flatMap((line): Process[] => {
        const [, pid, parent, command] = /^ *(\d+) +(\d+) +(.*)$/.exec(line) ?? [];
        return command ? [{ pid: Number(pid), parent: Number(parent), command }] : [];
    });
    const serving = processes.filter(({ command }) => servesAnEngine.test(command));
    const byPid = new Map(processes.map((process) => [process.pid, process]));
    const isOrphan = ({ parent }: Process): boolean => {
        const above = byPid.get(parent);
        return !above || parent === 1 || adopters.test(above.command) || (serving.includes(above) && isOrphan(above));
    };
    return serving.filter(isOrphan).map(({ pid }) => pid);
}

function end(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch {
        // It has just ended by itself, or is another user's.
    }
}

function words(pids: number[]): string {
    return `${pids.length === 1 ? "process" : "processes"} ${pids.join(", ")}`;
}
