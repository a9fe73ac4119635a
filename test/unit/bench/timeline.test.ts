import { strict as assert } from "node:assert";
import { spansOf, spansOfScript } from "../../../bench/stepLog";
import { timeline } from "../../../bench/timeline";
import { assertGolden } from "../../support/golden";

const log = `2026-01-31T12:00:01.000 --- prepare begins
2026-01-31T12:00:01.100 m1: installs Kubernetes 1.36.3 and containerd from the bundle
2026-01-31T12:00:13.500 --- prepare ends with status 0
2026-01-31T12:00:20.000 --- prepare begins
`;

const start = Date.parse("2026-01-31T12:00:00Z");

describe("the picture of a run", () => {
    it("reads each run of a step from its log, but not one that was cut off", () => {
        assert.deepEqual(spansOf("m1", log), [
            { host: "m1", step: "prepare", begin: start + 1000, end: start + 13_500 },
        ]);
    });

    it("reads several logs one after another, with kubeadm's empty lines in them", () => {
        const join =
            "2026-01-31T12:00:21.000 --- join begins\n\n[preflight] …\n\n2026-01-31T12:00:22.000 --- join ends with status 0\n";
        assert.deepEqual(
            spansOf("m1", log + join).map(({ step }) => step),
            ["prepare", "join"],
        );
    });

    it("counts a step that failed as time too, and not what a cut-off run before it took", () => {
        const cut = log + log.replaceAll("status 0", "status 1").replaceAll("12:00", "12:05");
        assert.deepEqual(
            spansOf("m1", cut).map(({ begin, end }) => end - begin),
            [12_500, 12_500],
        );
    });

    it("shows hosts in lanes, the load balancer first, and runs under one another on one axis", () => {
        const own = {
            title: "pulumi up",
            begin: start,
            end: start + 21_000,
            spans: [
                ...spansOf("m1", log),
                { host: "lb", step: "install-load-balancer", begin: start + 1000, end: start + 2500 },
                { host: "m1", step: "found", begin: start + 13_600, end: start + 20_000 },
            ],
        };
        const script = {
            title: "script <by hand>",
            begin: start,
            end: start + 20_000,
            spans: spansOfScript(
                `lb load-balancer ${start / 1000 + 0.2} ${start / 1000 + 1.5}\nm1 init ${start / 1000 + 13} ${start / 1000 + 19}\n`,
            ),
        };
        assertGolden("timeline.svg", timeline([own, script]));
    });
});
