import { strict as assert } from "node:assert";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const step = `
set -euo pipefail
place() { printf '%s\\n' "$1" >"$HERE/$1"; return 3; }
place one || echo "status $?"
for name in two two; do place "$name" || true; done
`;

describe("the trace of a step", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "faults-trace-"));
        mkdirSync(join(folder, "scripts", "steps"), { recursive: true });
        mkdirSync(join(folder, "run", "1"), { recursive: true });
        writeFileSync(join(folder, "run", "watched"), `${join(folder, "run", "1")}\n`);
        arm();
        writeFileSync(join(folder, "scripts", "steps", "example.sh"), step);
        const trace = readFileSync(join(__dirname, "..", "..", "faults", "trace.sh"), "utf8")
            .replaceAll("/usr/local/lib/kubeadm-ha", join(folder, "scripts"))
            .replaceAll("/run/kubeadm-ha-faults", join(folder, "run"));
        writeFileSync(join(folder, "trace.sh"), trace);
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const arm = (...points: string[]) =>
        writeFileSync(join(folder, "run", "1", "armed"), points.map((point) => `${point}\n`).join(""));
    const command = () => join(folder, "scripts", "steps", "example.sh");
    const env = () => ({ ...process.env, HERE: folder, STEP_NAME: "example", BASH_ENV: join(folder, "trace.sh") });

    it("tells each command once, as the script has it, and changes nothing of what the step does", () => {
        const { status, stdout, stderr } = spawnSync("bash", [command()], { env: env(), encoding: "utf8" });
        assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "status 3\n", stderr: "" });
        assert.equal(
            readFileSync(join(folder, "run", "1", "trace"), "utf8"),
            `example|example.sh|main|set -euo pipefail
example|example.sh|main|place one
example|example.sh|place|place one
example|example.sh|place|printf '%s\\n' "$1" > "$HERE/$1"
example|example.sh|place|return 3
example|example.sh|main|echo "status $?"
example|example.sh|main|for name in two two
example|example.sh|main|place "$name"
example|example.sh|place|place "$name"
example|example.sh|main|true
`,
        );
    });

    const stopsAt = async (point: string) => {
        const file = join(folder, "run", "1", "reached", "point");
        while (!existsSync(file)) {
            await sleep(5);
        }
        assert.equal(readFileSync(file, "utf8"), `${point}\n`);
    };

    it("stops before the first command that is armed, until it may go on", async () => {
        const [first, second] = ['example|example.sh|main|place "$name"', "example|example.sh|main|true"];
        arm(second, first);
        const script = spawn("bash", [command()], { env: env(), stdio: "ignore" });
        const ended = once(script, "exit");
        await stopsAt(first);
        assert.ok(existsSync(join(folder, "one")));
        assert.ok(!existsSync(join(folder, "two")));
        writeFileSync(join(folder, "run", "1", "go"), "");
        assert.deepEqual(await ended, [0, null]);
        assert.ok(existsSync(join(folder, "two")));
    });

    it("lets a step go on unwatched when the run that it belongs to is over", async () => {
        arm("example|example.sh|main|place one", "example|example.sh|main|true");
        const script = spawn("bash", [command()], { env: env(), stdio: ["ignore", "ignore", "pipe"] });
        let said = "";
        script.stderr.setEncoding("utf8").on("data", (words) => {
            said += words;
        });
        const ended = once(script, "close");
        await stopsAt("example|example.sh|main|place one");
        rmSync(join(folder, "run"), { recursive: true });
        assert.deepEqual([await ended, said], [[0, null], ""]);
    });

    it("is not there for other scripts, nor without its folder", () => {
        spawnSync("bash", ["-c", "true"], { env: env() });
        rmSync(join(folder, "run"), { recursive: true });
        const { status, stderr } = spawnSync("bash", [command()], { env: env(), encoding: "utf8" });
        assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
        assert.ok(!existsSync(join(folder, "run")));
    });
});
