import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engines, scripts } from "../../package.json";
import { versions } from "../../toolchain/versions";
import { github, githubSteps, gitlab, runOnGithub, runOnGitlab } from "../support/ciExample";

const checkout = join(__dirname, "..", "..");
const label = "allow-master-removal";
/** A plan that the real engine made (test/plan). */
const plan = (name: string) => join(checkout, "test", "golden", "plans", "ci", `${name}.json`);

describe("the examples of CI", () => {
    for (const [name, run] of [
        ["github-actions.yml", runOnGithub],
        ["gitlab-ci.yml", runOnGitlab],
    ] as const) {
        describe(name, () => {
            it("passes a plan that grows the cluster", () => {
                const { passes, log } = run({ plan: plan("grow") });
                assert.match(log, /plan-m6\*\* \(master\) joins/);
                assert.ok(passes, log);
            });

            it("fails on a plan that removes masters, also with other labels", () => {
                const outcome = run({ plan: plan("shrink"), labels: ["big", `not-${label}`] });
                assert.match(outcome.log, /Refused[\s\S]*master plan-m5 leaves/);
                assert.ok(!outcome.passes);
                if ("summary" in outcome) {
                    assert.match(outcome.summary as string, /^### Plan of plan[\s\S]*Refused/);
                }
            });

            it("passes it with the label", () => {
                const { passes, log } = run({ plan: plan("shrink"), labels: ["big", label] });
                assert.ok(passes, log);
            });

            it("fails when the preview failed, and tells why", () => {
                const folder = mkdtempSync(join(tmpdir(), "failed-plan-"));
                try {
                    const failed = join(folder, "plan.json");
                    const diagnostics = [{ severity: "error", message: "cluster.masters: is missing" }];
                    writeFileSync(failed, JSON.stringify({ steps: [], changeSummary: {}, diagnostics }));
                    const { passes, log } = run({ plan: failed, previewStatus: 255 });
                    assert.match(log, /cluster\.masters: is missing/);
                    assert.ok(!passes);
                } finally {
                    rmSync(folder, { recursive: true });
                }
            });

            it("fails when the preview failed, whatever its plan says", () => {
                assert.ok(!run({ plan: plan("grow"), previewStatus: 255 }).passes);
            });

            it("runs npm scripts that there are, and knows the label", () => {
                const text = readFileSync(join(checkout, "examples", "ci", name), "utf8");
                const used = [...text.matchAll(/npm run -s (\S+)/g)].map(([, script]) => script);
                assert.deepEqual(used, ["check-plan"]);
                assert.ok(used.every((script) => script in scripts));
                assert.ok(text.includes(label));
            });
        });
    }

    it("pin the engine of package.json, and one version of Node.js that it allows", () => {
        const setting = (action: string) => githubSteps.find(({ uses }) => uses?.startsWith(`${action}@`))?.with;
        assert.equal(setting("pulumi/actions")?.["pulumi-version"], versions.engine);
        assert.equal(gitlab.preview.variables.PULUMI_VERSION, versions.engine);
        const node = setting("actions/setup-node")?.["node-version"] as string;
        assert.equal(gitlab.preview.image, `node:${node}`);
        assert.match(node, /^\d+\.\d+\.\d+$/);
        const [major, minor] = node.split(".").map(Number);
        const [leastMajor, leastMinor] = engines.node.replace(">=", "").split(".").map(Number);
        assert.ok(
            major > leastMajor || (major === leastMajor && minor >= leastMinor),
            `${node} is not ${engines.node}`,
        );
    });

    it("give secrets to the preview alone, no right but to read, and forks nothing", () => {
        assert.deepEqual(github.permissions, { contents: "read" });
        assert.equal(github.jobs.preview.permissions, undefined);
        const withSecrets = githubSteps.filter((step) => JSON.stringify(step).includes("secrets."));
        assert.deepEqual(
            withSecrets.map(({ name }) => name),
            ["Preview"],
        );
        assert.match(github.jobs.preview.if, /head\.repo\.full_name == github\.repository/);
        assert.match(gitlab.preview.rules[0].if, /SOURCE_PROJECT_ID == \$CI_PROJECT_ID/);
        assert.equal(gitlab.preview.rules.length, 1);
    });

    it("keep what a pull request says out of scripts: GitHub's expressions are values of the environment only", () => {
        for (const { run } of githubSteps) {
            assert.doesNotMatch(run ?? "", /\$\{\{/);
        }
    });

    it("let no previews pile up", () => {
        assert.match(github.concurrency.group, /pull_request\.number/);
        assert.equal(github.concurrency["cancel-in-progress"], true);
        assert.equal(gitlab.workflow.auto_cancel.on_new_commit, "interruptible");
        assert.equal(gitlab.preview.interruptible, true);
    });

    it("judge also after a preview that failed", () => {
        assert.match(githubSteps.at(-1)?.if as string, /!cancelled\(\)/);
    });

    it("look at a label as soon as GitHub sets it", () => {
        assert.ok(["labeled", "unlabeled", "synchronize"].every((type) => github.on.pull_request.types.includes(type)));
        assert.match(githubSteps.at(-1)?.env?.MASTERS_MAY_GO as string, new RegExp(`'${label}'`));
    });
});
