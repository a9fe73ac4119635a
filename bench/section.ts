/** What one benchmark has found: a part of docs/performance.md. */
export interface Section {
    title: string;
    /** When it was measured, as `Date` writes it. */
    date: string;
    /** Paragraphs in front of the tables. */
    words: string[];
    tables: Table[];
    pictures: Picture[];
    /** Paragraphs behind them: limits, and why. */
    limits: string[];
}

export interface Table {
    titles: string[];
    rows: string[][];
}

export interface Picture {
    /** Name of the file, beside the page. */
    file: string;
    /** What is seen, for those who do not see it. */
    words: string;
    /** Its content; the page only names it. */
    svg?: string;
}

/** Says a line to the person who waits. */
export type Say = (words: string) => void;

export interface BenchOptions {
    /** How often each side is measured. Default: as the benchmark finds right. */
    rounds?: number;
    /** Numbers of workers. Default: the same. */
    sizes?: number[];
}

/** A benchmark, by the name that `npm run bench -- NAME` takes. */
export interface Bench {
    name: string;
    /** One line, for the list of them. */
    words: string;
    run(say: Say, options: BenchOptions): Promise<Section>;
}
