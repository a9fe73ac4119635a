import type { Section, Table } from "./section";

const head = `# Performance, as measured

Written by \`npm run bench\`, which runs both sides of every comparison in turn, in one run, on one machine, and tells the
medians. Seconds are of that machine (%MACHINE%); what lasts is the ratios. \`npm run bench -- NAME\` measures
one part anew and leaves the others as they are.
`;

/** docs/performance.md. */
export function pageOf(sections: Section[], machine: string): string {
    return [head.replace("%MACHINE%", machine), ...sections.map(partOf)].join("\n");
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
