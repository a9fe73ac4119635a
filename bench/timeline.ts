import type { Span } from "./stepLog";

/** One run on the time axis. */
export interface TimelineRun {
    title: string;
    /** When it began and ended, as the person saw it: milliseconds since 1970. */
    begin: number;
    end: number;
    spans: Span[];
}

const pixels = { second: 12, lane: 20, left: 60, bar: 16, title: 26, axis: 24 };
const fallback = "#9ca3af";
const colours: Record<string, string> = {
    prepare: "#93c5fd",
    "install-load-balancer": "#c4b5fd",
    "first-back-end": "#ddd6fe",
    departures: "#e9d5ff",
    "back-ends": "#a78bfa",
    "load-balancer": "#c4b5fd",
    found: "#f59e0b",
    init: "#f59e0b",
    join: "#34d399",
    network: "#fda4af",
    Ready: "#e5e7eb",
};

/** Which step ran on which host when, one lane a host, all runs under one another on the same axis: SVG. */
export function timeline(runs: TimelineRun[]): string {
    const longest = Math.max(...runs.map(({ begin, end }) => end - begin)) / 1000;
    const width = pixels.left + Math.ceil(longest + 1) * pixels.second;
    let y = 0;
    const parts = runs.map((run) => {
        const lanes = lanesOf(run);
        const part = `<g transform="translate(0 ${y})">\n${oneRun(run, lanes)}</g>\n`;
        y += pixels.title + lanes.length * pixels.lane;
        return part;
    });
    const height = y + pixels.axis;
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">\n`,
        "<title>Steps on hosts over time</title>\n",
        `<rect width="${width}" height="${height}" fill="#ffffff"/>\n`,
        ...axis(longest, y),
        ...parts,
        "</svg>\n",
    ].join("");
}

/** Hosts in the order in which they are first heard of, the load balancer first. */
function lanesOf({ spans }: TimelineRun): string[] {
    return [...new Set(spans.map(({ host }) => host))].sort((one, other) => rank(one).localeCompare(rank(other), "en"));
}

function rank(host: string): string {
    return `${host.startsWith("lb") ? 0 : 1} ${host}`;
}

function oneRun({ title, begin, end, spans }: TimelineRun, lanes: string[]): string {
    const x = (time: number) => Math.round(pixels.left + ((time - begin) / 1000) * pixels.second);
    const heading = `<text x="4" y="17" font-weight="bold">${escaped(title)}: ${((end - begin) / 1000).toFixed(1)} s</text>\n`;
    const names = lanes.map(
        (host, lane) => `<text x="4" y="${pixels.title + lane * pixels.lane + 12}">${escaped(host)}</text>\n`,
    );
    const bars = [...spans]
        .sort((one, other) => one.begin - other.begin)
        .map((span) => {
            const [left, right] = [x(span.begin), x(span.end)];
            const top = pixels.title + lanes.indexOf(span.host) * pixels.lane;
            const width = Math.max(1, right - left);
            const label = width > span.step.length * 6 ? escaped(span.step) : "";
            const told = `${span.step} on ${span.host}: ${((span.end - span.begin) / 1000).toFixed(1)} s`;
            return `<g><title>${escaped(told)}</title><rect x="${left}" y="${top}" width="${width}" height="${pixels.bar}" fill="${colours[span.step] ?? fallback}"/><text x="${left + 3}" y="${top + 12}">${label}</text></g>\n`;
        });
    const finish = `<line x1="${x(end)}" x2="${x(end)}" y1="${pixels.title}" y2="${pixels.title + lanes.length * pixels.lane}" stroke="#111827"/>\n`;
    return [heading, ...names, ...bars, finish].join("");
}

function axis(longest: number, y: number): string[] {
    const ticks = Array.from({ length: Math.floor(longest / 5) + 1 }, (_, index) => index * 5);
    return ticks.map((second) => {
        const x = pixels.left + second * pixels.second;
        return `<line x1="${x}" x2="${x}" y1="0" y2="${y}" stroke="#e5e7eb"/><text x="${x}" y="${y + 14}" text-anchor="middle">${second} s</text>\n`;
    });
}

function escaped(text: string): string {
    return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
