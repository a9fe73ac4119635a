/** The middle of the values; of an even number, the mean of the two in the middle. */
export function median(values: number[]): number {
    if (values.length === 0) {
        throw new Error("There is no median of nothing");
    }
    const sorted = [...values].sort((one, other) => one - other);
    const half = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** How often one goes into the other, by their medians: "1.08 ×". */
export function ratio(own: number[], other: number[]): string {
    return `${(median(own) / median(other)).toFixed(2)} ×`;
}

/** Median in seconds and, of several runs, their range: "43.1 s (42.0–45.9)". */
export function seconds(milliseconds: number[]): string {
    const text = (value: number) => (value / 1000).toFixed(1);
    const range = `${text(Math.min(...milliseconds))}–${text(Math.max(...milliseconds))}`;
    return `${text(median(milliseconds))} s${milliseconds.length > 1 ? ` (${range})` : ""}`;
}

/** "12.3 KB", "4.1 MB", "1.20 GB": in powers of 1,000. */
export function bytes(count: number): string {
    if (count < 1e6) {
        return `${(count / 1e3).toFixed(1)} KB`;
    }
    return count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(2)} GB`;
}
