/** Rows under their titles, columns aligned, for a terminal. */
export function table(titles: string[], rows: string[][]): string {
    const all = [titles, ...rows];
    const widths = titles.map((_, column) => Math.max(...all.map((row) => row[column].length)));
    return all
        .map((row) =>
            row
                .map((cell, column) => cell.padEnd(widths[column]))
                .join("  ")
                .trimEnd(),
        )
        .join("\n");
}
