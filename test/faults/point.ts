/** What a host does in an operation. */
export type HostRole = "joining" | "leaving" | "staying" | "in a later turn" | "worker" | "load balancer";

/** A place in an operation where a fault can strike, as found in an undisturbed run. */
export interface Point {
    role: HostRole;
    step: string;
    /** "command": just before this command of the step's scripts. "line": just after a program wrote this to the log. */
    kind: "command" | "line";
    /** command: FILE|FUNCTION|COMMAND; line: the line without numbers. */
    what: string;
}

/** As a person reads it: "joining: join, before 'mark_attempt begun'". */
export function pointInWords({ role, step, kind, what }: Point): string {
    return kind === "line" ? `${role}: ${step}, after "${what}"` : `${role}: ${step}, before \`${commandOf(what)}\``;
}

function commandOf(what: string): string {
    const [file, called, ...command] = what.split("|");
    const place = called === "main" ? "" : ` (${called}${file.startsWith("step") ? "" : ` in ${file}`})`;
    return `${command.join("|")}${place}`;
}

/** Commands that change something on a host or in the cluster, or wait for it. A cut before any other is one before the next of these. */
const does =
    /^(run|wait_until|mv|rm|cp|ln|install|touch|ip link|nft|curl) |^(echo|printf|cat|sed)\b.*>>? ?("\$(?!STEP_LOG)|\/(?!dev))/;

/** How every step begins and ends, in the runner: its only commands that count. */
const boundary = /^step\|main\|(timeout|exit "\$status")/;

/** What `run`, `kube` and `wait_until` do is counted where they are called. */
const wrappers = /^(say|admin|wait)\.sh\|/;

/** Phases in which each line counts: there members of etcd are added and promoted, and static pods exchanged. */
const lineByLine = ["[etcd]", "[upgrade/staticpods]"];

/** What an undisturbed run shows of a host: the lines of its trace, in order, and what each step has added to its log. */
export interface Seen {
    commands: string[];
    logs: Record<string, string[]>;
}

/** The points of a host, in the order in which they were reached, each once. */
export function pointsOf(role: HostRole, { commands, logs }: Seen): Point[] {
    const doing = [...new Set(commands)].filter((line) => {
        const [, ...what] = line.split("|");
        return isDoing(what.join("|"));
    });
    const points = doing.map((line): Point => {
        const [step, ...what] = line.split("|");
        return { role, step, kind: "command", what: what.join("|") };
    });
    const steps = [...new Set(points.map(({ step }) => step))];
    return [...points, ...steps.flatMap((step) => phasesIn(role, step, logs[step] ?? []))];
}

function isDoing(what: string): boolean {
    const command = what.split("|").slice(2).join("|");
    return what.startsWith("step|") ? boundary.test(what) : !wrappers.test(what) && does.test(command);
}

/** Begin and end of each of kubeadm's phases, and all that it says in some. */
function phasesIn(role: HostRole, step: string, log: string[]): Point[] {
    const lines = [...new Set(log.flatMap((line) => phaseOf(line) ?? []))];
    const nameOf = (line: string) => line.slice(0, line.indexOf("]") + 1);
    return lines
        .filter((line, at) => {
            const isEdge = nameOf(lines[at - 1] ?? "") !== nameOf(line) || nameOf(lines[at + 1] ?? "") !== nameOf(line);
            return isEdge || lineByLine.includes(nameOf(line));
        })
        .map((what) => ({ role, step, kind: "line", what }));
}

/** kubeadm's words, "[phase] …", without what differs from run to run; undefined for any other line. */
export function phaseOf(line: string): string | undefined {
    return /^\[[a-z/-]+\] /.test(line) ? line.replace(/[0-9][0-9a-f.:/]*(ms|µs|s)?/g, "N").trim() : undefined;
}
