import { strict as assert } from "node:assert";
import { judge, type Recovery } from "../../../recover/judgement";
import { nextSteps, recoveryInWords } from "../../../recover/recoveryInWords";
import type { Member, Told } from "../../../recover/survey";
import { assertGolden } from "../../support/golden";

const gone: Told = { unreachable: "dial tcp 192.0.2.12:22: connect: no route to host" };
const member = (etcd: Member["etcd"], index = 0, members = 0): Told => ({ etcd, index, members });
const stuck = (index: number) => member("no-quorum", index);

function survey(masters: Record<string, Told>, ready: string[] = []) {
    return { cluster: "prod", masters: new Map(Object.entries(masters)), ready };
}

function refusal(masters: Record<string, Told>, ready?: string[]): string {
    const judgement = judge(survey(masters, ready), "m1");
    assert.ok("refusal" in judgement, "is not refused");
    return judgement.refusal;
}

function recovery(masters: Record<string, Told>, from = "m1"): Recovery {
    const judgement = judge(survey(masters), from);
    assert.ok(!("refusal" in judgement), "refusal" in judgement ? judgement.refusal : "");
    return judgement;
}

describe("whether a master may carry the cluster on alone", () => {
    it("may, when all others are gone", () => {
        const others = recovery({ m1: stuck(70), m2: gone, m3: gone });
        assert.deepEqual(others, { begun: false, gone: ["m2", "m3"], wiped: [], unreachable: ["m2", "m3"] });
    });

    it("may, when those that can be reached have no more than it; a host without etcd need not be wiped", () => {
        const others = recovery({ m1: stuck(70), m2: stuck(70), m3: gone, m4: stuck(69), m5: member("none") });
        assert.deepEqual(others, {
            begun: false,
            gone: ["m2", "m3", "m4", "m5"],
            wiped: ["m2", "m4"],
            unreachable: ["m3"],
        });
    });

    it("goes on where an earlier run stopped, although etcd answers: it has this member only", () => {
        const others = { m1: member("healthy", 80, 1), m2: gone, m3: member("silent") };
        const left = { begun: true, gone: ["m2", "m3"], wiped: ["m3"], unreachable: ["m2"] };
        assert.deepEqual(recovery(others), left);
    });

    it("may not otherwise, and says what to do", () => {
        const cases = {
            "etcd answers here": refusal({ m1: member("healthy", 80, 3), m2: stuck(79), m3: gone }),
            "etcd answers elsewhere": refusal({ m1: stuck(70), m2: member("healthy", 80, 3), m3: gone }),
            "an API server is ready that cannot be asked": refusal({ m1: stuck(70), m2: gone, m3: gone }, [
                "192.0.2.12:6443",
            ]),
            "the others have gone on without it": refusal({
                m1: member("healthy", 80, 1),
                m2: member("healthy", 90, 3),
            }),
            "it is off": refusal({ m1: gone, m2: stuck(70), m3: gone }),
            "its own etcd says nothing": refusal({ m1: member("silent"), m2: gone, m3: gone }),
            "it has no etcd": refusal({ m1: member("none"), m2: stuck(70), m3: gone }),
            "another has more": refusal({ m1: stuck(70), m2: stuck(71), m3: stuck(72), m4: gone, m5: gone }),
            "another may have more": refusal({ m1: stuck(70), m2: member("silent"), m3: gone }),
            "etcd is elsewhere": refusal({ m1: member("external"), m2: gone }),
            "it is the only one": refusal({ m1: stuck(70) }),
            "all has been done": refusal({ m1: member("healthy", 90, 1) }),
        };
        const text = Object.entries(cases).map(([title, words]) => `# ${title}\n${words}\n`);
        assertGolden("recover/refusals.txt", text.join("\n"));
    });

    it("is told on one screen", () => {
        const states: Record<string, Told>[] = [
            { m1: stuck(4711), m2: gone, m3: gone },
            { m1: stuck(4711), m2: gone, m3: stuck(4709), m4: member("none"), m5: gone },
            { m1: member("healthy", 4800, 1), m2: gone, m3: member("silent") },
        ];
        const screens = states.map((masters) => {
            const others = recovery(masters);
            return `${recoveryInWords(survey(masters), "m1", others)}---\n${nextSteps("m1", others)}\n`;
        });
        assertGolden("recover/screens.txt", screens.join("\n================\n\n"));
    });
});
