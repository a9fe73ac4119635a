/** A step, or whatever else takes time on a host. */
export interface Span {
    host: string;
    step: string;
    /** Milliseconds since 1970. */
    begin: number;
    end: number;
}

/**
 * The runs of a step that its log on a host tells (hosts/step: "2026-01-31T12:00:00.123 --- join begins", "… ends with
 * status 0"). A run that has no end is left out.
 */
export function spansOf(host: string, log: string): Span[] {
    const spans: Span[] = [];
    let begin: number | undefined;
    for (const [, time, step, ended] of log.matchAll(/^(\S+) --- (\S+) (?:begins|(ends) with status \d+)$/gm)) {
        const at = Date.parse(`${time}Z`);
        if (!ended) {
            begin = at;
        } else if (begin !== undefined) {
            spans.push({ host, step, begin, end: at });
            begin = undefined;
        }
    }
    return spans;
}

/** The same of the script of bench/by-hand: a line for each step, "HOST STEP BEGIN END", in seconds since 1970. */
export function spansOfScript(log: string): Span[] {
    return log
        .trim()
        .split("\n")
        .map((line) => {
            const [host, step, begin, end] = line.split(" ");
            return { host, step, begin: Number(begin) * 1000, end: Number(end) * 1000 };
        });
}
