import { strict as assert } from "node:assert";
import { traceErrorsOnly } from "../../components/stackTraces";

describe("stack traces", () => {
    const before = Error.prepareStackTrace;
    beforeEach(() => traceErrorsOnly());
    afterEach(() => {
        Error.prepareStackTrace = before;
    });

    it("are there for errors that say something", () => {
        assert.match(new Error("no such host").stack ?? "", /^Error: no such host\n {4}at .*stackTraces\.test/);
    });

    it("are not made where only a trace was wanted", () => {
        assert.equal(new Error().stack, "Error");
    });
});
