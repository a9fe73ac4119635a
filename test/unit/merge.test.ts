import { strict as assert } from "node:assert";
import { merge } from "../../config/merge";

describe("merging", () => {
    it("merges mappings, and replaces lists and plain values", () => {
        const base = { a: { b: 1, c: [1, 2] }, d: "x" };
        assert.deepEqual(merge(base, { a: { c: [3] }, d: { e: 1 } }), { a: { b: 1, c: [3] }, d: { e: 1 } });
        assert.deepEqual(base, { a: { b: 1, c: [1, 2] }, d: "x" });
    });

    it("merges arguments by name; names that one level repeats stay repeated", () => {
        const base = {
            args: [
                { name: "v", value: "2" },
                { name: "gate", value: "A" },
                { name: "gate", value: "B" },
            ],
        };
        assert.deepEqual(merge(base, { args: [{ name: "v", value: "4" }] }).args, [
            { name: "gate", value: "A" },
            { name: "gate", value: "B" },
            { name: "v", value: "4" },
        ]);
        assert.deepEqual(
            merge(base, {
                args: [
                    { name: "gate", value: "C" },
                    { name: "gate", value: "D" },
                ],
            }).args,
            [
                { name: "v", value: "2" },
                { name: "gate", value: "C" },
                { name: "gate", value: "D" },
            ],
        );
    });

    it("replaces lists whose entries are more than arguments", () => {
        const volumes = (hostPath: string) => ({ list: [{ name: "x", hostPath }] });
        assert.deepEqual(merge(volumes("/a"), volumes("/b")), volumes("/b"));
    });
});
