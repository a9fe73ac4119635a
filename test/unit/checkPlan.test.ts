import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Judgement, judgePlan } from "../../ci/judgement";
import { assertGolden } from "../support/golden";

const checkout = join(__dirname, "..", "..");
const fileOf = (name: string) => join(checkout, "test", "golden", "plans", "ci", `${name}.json`);
/** A plan that the real engine made (test/plan). */
const planOf = (name: string) => readFileSync(fileOf(name), "utf8");

interface Step {
    op: string;
    urn: string;
    oldState?: object;
    newState?: object;
}

const urn = (types: string, name: string) =>
    `urn:pulumi:prod::kubeadm-ha::kubeadm:index:KubeadmCluster$${types}::${name}`;
const master = "kubeadm:index:JoiningMaster";
const parent = urn(master, "prod-m1");
const step = (op: string, name: string, state: object = {}): Step => ({
    op,
    urn: urn(`${master}$command:remote:Command`, `prod-m1-${name}`),
    [op === "create" ? "newState" : "oldState"]: { parent, ...state },
});

function judge(...steps: Step[]): Judgement {
    return judgePlan(JSON.stringify({ steps, changeSummary: {} }), {});
}

describe("the check of a plan in CI", () => {
    const verdicts = {
        grow: "passes",
        "drop-worker": "passes",
        address: "passes",
        "lost-deleted": "passes",
        settings: "passes",
        renewal: "passes",
        upgrade: "passes",
        downgrade: "is refused with the label too",
        shrink: "needs the label",
        lost: "needs the label",
        replace: "is refused with the label too",
        "rotate-trust": "passes",
        "rotate-sign": "passes",
        "rotate-drop": "passes",
        "rotate-early": "is refused with the label too",
        "rotate-at-once": "is refused with the label too",
    };
    for (const [name, verdict] of Object.entries(verdicts)) {
        it(`says in golden words of ${name}: it ${verdict}`, () => {
            const { passes, words } = judgePlan(planOf(name), {});
            assertGolden(`ci/${name}.md`, words);
            assert.equal(passes, verdict === "passes");
            const allowed = judgePlan(planOf(name), { allowRemovingMasters: true });
            assert.equal(allowed.passes, verdict !== "is refused with the label too");
        });
    }

    it("refuses the rest of a removal that was cut: only the master's component is left", () => {
        assert.match(judge({ op: "delete", urn: parent, oldState: {} }).words, /Refused[\s\S]*prod-m1 leaves/);
    });

    it("refuses what takes a master's membership away, one step alone, and assumes the worst of an unknown operation", () => {
        for (const name of ["host", "join", "node", "leave", "reset"]) {
            for (const op of ["delete", "replace", "delete-replaced", "discard", "something-new"]) {
                assert.equal(judge(step(op, name)).passes, false, `${op} ${name}`);
            }
            assert.ok(judge(step("update", name)).passes);
        }
    });

    it("refuses an upgrade that Kubernetes does not support", () => {
        const version = (number: string) => ({ inputs: { update: `sh /x/step maintain ${number} abc` } });
        const from = (old: string, next: string) => ({
            ...step("update", "node", version(old)),
            newState: { parent, ...version(next) },
        });
        assert.match(
            judge(from("1.35.4", "1.36.3")).words,
            /prod-m1\*\* \(master\) goes from Kubernetes 1\.35\.4 to 1\.36\.3/,
        );
        assert.ok(judge(from("1.35.4", "1.36.3")).passes);
        assert.ok(judge(from("1.36.3", "1.36.10")).passes);
        assert.match(judge(from("1.34.1", "1.36.3")).words, /one minor after another, 1\.35 first/);
        assert.match(judge(from("1.36.10", "1.36.9")).words, /no way back/);
        assert.equal(judge(from("1.36.10", "1.36.9")).passes, false);
    });

    it("passes what is dropped from the state without being run, but not when only a part of it is", () => {
        const retained = { retainOnDelete: true };
        assert.ok(judge(step("delete", "leave", retained), step("delete", "reset", retained)).passes);
        assert.equal(judge(step("delete", "leave"), step("delete", "reset", retained)).passes, false);
    });

    it("refuses a master that becomes a worker: it leaves first", () => {
        const joins = { op: "create", urn: urn("command:remote:Command", "prod-m1-join"), newState: {} };
        assert.match(judge(step("delete", "join"), joins).words, /\(worker\) joins[\s\S]*Refused[\s\S]*m1 leaves/);
    });

    it("lets another host be chosen to initialize, and refuses that the record of it is deleted", () => {
        const record = (op: string) => ({
            op,
            urn: urn("kubeadm:index:FirstMaster$pulumi:index:Stash", "prod-init-host"),
            oldState: { parent: urn("kubeadm:index:FirstMaster", "prod-first-master") },
            newState: op === "delete" ? undefined : { parent: urn("kubeadm:index:FirstMaster", "prod-first-master") },
        });
        assert.equal(judge(record("create-replacement"), record("replace"), record("delete-replaced")).passes, true);
        assert.equal(judge(record("delete")).passes, false);
    });

    it("refuses that the founding, the PKI or a whole cluster is deleted, also below another component", () => {
        const below = urn("kubeadm:index:Pki$kubeadm:index:CertificateAuthority$tls:index/x:X", "prod-pki-etcd-ca");
        for (const gone of [
            below,
            below.replace("kubeadm:index:KubeadmCluster", "my:own:Platform$kubeadm:index:KubeadmCluster"),
            urn("kubeadm:index:Pki", "prod-pki"),
            urn("kubeadm:index:FirstMaster$command:remote:Command", "prod-first-master-found"),
        ]) {
            const plan = JSON.stringify({ steps: [{ op: "delete", urn: gone }], changeSummary: { delete: 1 } });
            const { passes, words } = judgePlan(plan, { allowRemovingMasters: true });
            assert.ok(!passes, gone);
            assert.match(words, /No label allows/);
        }
    });

    it("says when nothing changes, and tells of what is beside the cluster", () => {
        const stack = { op: "same", urn: "urn:pulumi:prod::kubeadm-ha::pulumi:pulumi:Stack::kubeadm-ha-prod" };
        assert.match(judge(stack).words, /Nothing changes/);
        const own = { op: "delete", urn: "urn:pulumi:prod::kubeadm-ha::random:index/randomPet:RandomPet::pet" };
        assert.match(judge(stack, own).words, /beside the cluster\*\*: delete pet/);
    });

    it("prints no value: not of inputs, outputs, configuration or differences", () => {
        const value = "hunter2";
        const state = { parent, inputs: { stdin: value }, outputs: { stdout: value } };
        const steps = [{ ...step("update", "join", state), newState: state, detailedDiff: { stdin: value } }];
        const plan = JSON.stringify({ config: { "kubeadm-ha:x": value }, steps, changeSummary: { update: 1 } });
        const { words } = judgePlan(plan, {});
        assert.match(words, /update join/);
        assert.doesNotMatch(words, /hunter2/);
    });

    it("keeps a name on its line: no name can be a command to the CI that prints it", () => {
        const { words } = judge({ op: "create", urn: urn("a:b:C", "x\n::set-output name=x") });
        assert.match(words, /x\?::set-output/);
    });

    describe("refuses what is no plan, in words:", () => {
        const key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----";
        const failed = (message: string) =>
            JSON.stringify({ steps: [], changeSummary: {}, diagnostics: [{ severity: "error", message }] });
        const cases: [string, string, RegExp][] = [
            ["nothing", " \n", /^The plan is empty/],
            ["words", "error: no stack named 'prod' found", /^The plan is not JSON, or was cut off \(34 characters\)/],
            ["a plan cut off", planOf("grow").slice(0, 1000), /^The plan is not JSON, or was cut off/],
            ["streamed events", '{"sequence":0}\n{"sequence":1}', /STREAMING/],
            ["other JSON", "[]", /^This JSON is not a plan/],
            ["a plan without steps", '{"changeSummary":{}}', /look at steps/],
            ["an empty list of steps", '{"steps":[],"changeSummary":{}}', /it is not whole/],
            [
                "a failed preview, whose words it tells",
                failed("cluster.masters: is missing"),
                /cluster\.masters: is missing/,
            ],
            ["a failed preview that says a key", failed(`cannot parse ${key}`), /cannot parse \[secret\]$/],
        ];
        for (const [what, text, words] of cases) {
            it(what, () => assert.throws(() => judgePlan(text, { allowRemovingMasters: true }), { message: words }));
        }
    });

    describe("as a command", () => {
        const run = (args: string[], input?: string) =>
            spawnSync("npm", ["run", "-s", "check-plan", "--", ...args], { cwd: checkout, encoding: "utf8", input });

        it("reads a file or its stdin, and fails when the plan is refused", () => {
            const { status, stdout } = run([fileOf("shrink")]);
            assert.equal(status, 1);
            assert.match(stdout, /master plan-m5 leaves/);
            assert.equal(run(["--allow-removing-masters"], planOf("shrink")).status, 0);
        });

        it("fails in words without a plan, and with an option that it does not know", () => {
            const nothing = run([], "");
            assert.deepEqual([nothing.status, nothing.stdout], [1, ""]);
            assert.match(nothing.stderr, /^\nThe plan is empty/);
            const wrong = run(["--allow-removing-master"], planOf("shrink"));
            assert.equal(wrong.status, 1);
            assert.match(wrong.stderr, /--allow-removing-master'[\s\S]*Usage: npm run -s check-plan/);
        });
    });
});
