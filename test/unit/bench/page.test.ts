import { strict as assert } from "node:assert";
import { pageOf } from "../../../bench/page";

describe("the page of the benchmarks", () => {
    it("tells each section's words, tables, pictures, limits and day, in this order", () => {
        const section = {
            title: "Grow",
            date: "2026-01-31T12:00:00.000Z",
            words: ["From three to five."],
            tables: [{ titles: ["", "ratio"], rows: [["grow", "1.10 ×"]] }],
            pictures: [{ file: "grow.svg", words: "steps over time" }],
            limits: ["One machine."],
        };
        const [head, ...parts] = pageOf({
            sections: [section, section],
            machine: "2 cores, 24 GiB",
            note: "It was a busy day.",
            missing: ["up"],
        }).split("\n## ");
        assert.match(
            head,
            /^# Performance, as measured\n[\s\S]*\(2 cores, 24 GiB\)[\s\S]*\n\nIt was a busy day\.\n\nNot measured yet: `up`\.\n$/,
        );
        const expected = [
            "Grow",
            "From three to five.",
            "|  | ratio |\n|---|---|\n| grow | 1.10 × |",
            "![steps over time](grow.svg)",
            "One machine.",
            "Measured on 2026-01-31.\n",
        ];
        assert.deepEqual(
            parts.map((part) => part.trimEnd()),
            [expected, expected].map((all) => all.join("\n\n").trimEnd()),
        );
    });
});
