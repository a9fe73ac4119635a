import type { Section, Table } from "./section";

export interface Page {
    sections: Section[];
    /** What it was measured on. */
    machine: string;
    /** What else a reader has to know of how it was measured. */
    note?: string;
    /** Titles of what was not measured. */
    missing: string[];
}

const head = `# Performance, as measured

Written by \`npm run bench\`, which runs both sides of every comparison in turn, in one run, on one machine, and tells the
medians. Seconds are of that machine (%MACHINE%); what lasts is the ratios. \`npm run bench -- NAME\` measures
one part anew and leaves the others as they are.
`;

/** docs/performance.md. */
export function pageOf({ sections, machine, note, missing }: Page): string {
    const notes = [
        ...(note ? [note] : []),
        ...(missing.length > 0 ? [`Not measured yet: ${missing.map((what) => `\`${what}\``).join(", ")}.`] : []),
    ];
    return [head.replace("%MACHINE%", machine), ...notes.map((text) => `${text}\n`), ...sections.map(partOf)].join(
        "\n",
    );
}

function partOf({ title, date, words, tables, pictures, limits }: Section): string {
    const blocks = [
        `## ${title}`,
        ...words,
        ...tables.map(asMarkdown),
        ...pictures.map(({ file, words: alternative }) => `![${alternative}](${file})`),
        ...limits,
        `Measured on ${date.slice(0, 10)}.`,
    ];
    return `${blocks.join("\n\n")}\n`;
}

function asMarkdown({ titles, rows }: Table): string {
    const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
    return [line(titles), `|${"---|".repeat(titles.length)}`, ...rows.map(line)].join("\n");
}
