import { strict as assert } from "node:assert";
import { bytes, median, ratio, seconds } from "../../../bench/statistics";

describe("statistics of the benchmarks", () => {
    it("take the middle, whatever the order, and the mean of two in the middle", () => {
        assert.equal(median([30, 1, 2]), 2);
        assert.equal(median([4, 1, 3, 2]), 2.5);
        assert.throws(() => median([]), /no median/);
    });

    it("compare by medians, so that one slow run counts little", () => {
        assert.equal(ratio([1100, 9000, 1100], [1000, 1000, 10]), "1.10 ×");
    });

    it("tell seconds with their range, and one run without", () => {
        assert.equal(seconds([43_100, 42_000, 45_900]), "43.1 s (42.0–45.9)");
        assert.equal(seconds([900]), "0.9 s");
    });

    it("tell bytes in a unit that a person reads", () => {
        assert.deepEqual([12_345, 4_100_000, 1_200_000_000].map(bytes), ["12.3 KB", "4.1 MB", "1.20 GB"]);
    });
});
