import { strict as assert } from "node:assert";
import { failureOf, type StepOutcome } from "../../../recover/hostSteps";
import { surveyOf } from "../../../recover/survey";

const host = (name: string) => ({ name, connection: { host: name }, elevation: { how: "root" as const } });

describe("what hosts tell before a recovery", () => {
    it("is put together: members by their masters, API servers that are ready from all", () => {
        const outcomes: Record<string, StepOutcome> = {
            m1: { stdout: "etcd=healthy\nmembers=3\nindex=4711\nready=192.0.2.10:6443" },
            m2: { stdout: "etcd=no-quorum\nindex=4700" },
            m3: failureOf("after 3 failed attempts: dial tcp 192.0.2.13:22: connect: no route to host"),
            m4: failureOf(
                `Process exited with status 1: running "sudo -n sh -c 'read \\"$s\\"'":\nWelcome\nsudo: a password is required\n`,
            ),
            lb: { stdout: "etcd=none\nready=192.0.2.11:6443\nready=192.0.2.10:6443" },
        };
        const cluster = { name: "prod", masters: ["m1", "m2", "m3", "m4"].map(host), loadBalancer: host("lb") };
        const { masters, ready } = surveyOf(cluster, new Map(Object.entries(outcomes)));
        assert.deepEqual(ready, ["192.0.2.10:6443", "192.0.2.11:6443"]);
        assert.deepEqual(Object.fromEntries(masters), {
            m1: { etcd: "healthy", members: 3, index: 4711 },
            m2: { etcd: "no-quorum", members: 0, index: 4700 },
            m3: { unreachable: "dial tcp 192.0.2.13:22: connect: no route to host" },
            m4: { unreachable: "Process exited with status 1: sudo: a password is required" },
        });
    });
});
