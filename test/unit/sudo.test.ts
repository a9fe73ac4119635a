import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { asRoot, type Elevation, elevationOf, stdinFor } from "../../components/sudo";

const withPassword: Elevation = { how: "password", password: "right horse" };

function plainOf(input: pulumi.Input<string>): Promise<string> {
    return new Promise((resolve) => pulumi.output(input).apply(resolve));
}

describe("sudo", () => {
    it("leaves root's command and stdin as they are, and asks passwordless sudo not to ask", () => {
        assert.equal(asRoot("step join", { how: "root" }), "step join");
        assert.equal(asRoot("step join", { how: "passwordless" }), "sudo -n step join");
        assert.equal(stdinFor("#file", { how: "root" }), "#file");
        assert.equal(stdinFor("#file", { how: "passwordless" }), "#file");
    });

    it("keeps a password out of the command, and makes a stdin that holds it a secret", async () => {
        assert.doesNotMatch(asRoot("step join", withPassword), /horse/);
        assert.match(asRoot("step join", withPassword), / step join$/);
        const stdin = pulumi.output(stdinFor("#file", withPassword));
        assert.equal(await plainOf(stdin), "right horse\nright horse\n\n#file");
        assert.equal(await pulumi.isSecret(stdin), true);
    });

    it("takes no line end for a part of the password", async () => {
        const stdin = stdinFor("", { how: "password", password: "right horse\n" });
        assert.equal(await plainOf(stdin), "right horse\nright horse\n\n");
    });

    it("is told by a step's command and stdin", async () => {
        for (const elevation of [{ how: "root" }, { how: "passwordless" }, withPassword] as Elevation[]) {
            const command = asRoot("sh -c 'read -r s && exec step prepare'", elevation);
            assert.deepEqual(elevationOf(command, await plainOf(stdinFor("archive\n", elevation))), elevation);
        }
    });

    /** In place of sudo, which not every machine has: asks, or not, and notes what it is told. The real one: test/lab. */
    describe("with a password, in a shell", () => {
        const folder = mkdtempSync(join(tmpdir(), "sudo-test-"));
        after(() => rmSync(folder, { recursive: true }));

        function run(asks: boolean, password: string) {
            const check = asks
                ? `IFS= read -r answer; [ "$answer" = 'right  horse\\' ] || { echo refused >&2; exit 1; }`
                : ":";
            const options = "while :; do case $1 in -p) shift 2 ;; -[kS]) shift ;; *) break ;; esac; done";
            writeFileSync(
                join(folder, "sudo"),
                `#!/bin/sh\necho "$@" >>${folder}/asked\n${check}\n${options}\n[ "$1" = -v ] || exec "$@"\n`,
            );
            chmodSync(join(folder, "sudo"), 0o755);
            writeFileSync(join(folder, "asked"), "");
            const { status, stdout, stderr } = spawnSync(
                "sh",
                ["-c", asRoot("sh -c 'read -r a && echo \"$a\" && exec cat'", withPassword)],
                {
                    input: `${password}\n${password}\n\narchive\n\n#file\n`,
                    encoding: "utf8",
                    env: { PATH: `${folder}${delimiter}${process.env.PATH}` },
                },
            );
            const tries = readFileSync(join(folder, "asked"), "utf8").trim().split("\n").length;
            return { status, stdout, stderr, tries };
        }

        for (const asks of [true, false]) {
            it(`hands the step its stdin as it is, where sudo ${asks ? "asks" : "does not ask"}`, () => {
                const outcome = run(asks, "right  horse\\");
                assert.deepEqual(outcome, { status: 0, stdout: "archive\n\n#file\n", stderr: "", tries: 2 });
            });
        }

        it("tries a wrong password once", () => {
            assert.deepEqual(run(true, "wrong"), { status: 1, stdout: "", stderr: "refused\n", tries: 1 });
        });
    });
});
