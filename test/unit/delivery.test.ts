import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deliver, undeliver } from "../../components/delivery";
import { unseal } from "../../components/sealed";

const lib = join(__dirname, "..", "..", "hosts", "lib");

/** Runs the host's end of a delivery in real bash. */
function receive(stdin: string, folder: string): { status: number | null; stderr: string } {
    const script = `set -euo pipefail; die() { echo "$1" >&2; exit 1; }; . "${lib}/receive.sh"; receive_files`;
    const { status, stderr } = spawnSync("bash", ["-c", script], { input: stdin, cwd: folder, encoding: "utf8" });
    return { status, stderr };
}

describe("delivery of files to a host", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "delivery-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it("arrives as it was sent, with its mode, whatever the lines hold", () => {
        const content = "first\n\n  indented \\ back\\slash $HOME `x` 'q' \"d\"\n#file is no start\n#endless\n";
        const files = [
            { path: join(folder, "a/b/key"), mode: "0600", content },
            { path: join(folder, "plain"), mode: "0644", content: "without a newline at the end" },
        ];
        assert.deepEqual(receive(deliver(files), folder), { status: 0, stderr: "" });
        assert.equal(readFileSync(files[0].path, "utf8"), content);
        assert.equal(statSync(files[0].path).mode & 0o777, 0o600);
        assert.equal(readFileSync(files[1].path, "utf8"), "without a newline at the end\n");
        assert.equal(statSync(files[1].path).mode & 0o777, 0o644);
    });

    it("refuses content that would end itself", () => {
        assert.throws(() => deliver([{ path: "/x", mode: "0600", content: "a\n#end\nb" }]), /\/x has a line "#end"/);
    });

    it("is not taken for all when the connection ends between two files", () => {
        const path = join(folder, "one");
        const first = deliver([{ path, mode: "0600", content: "one" }]).replace("#last\n", "");
        const { status, stderr } = receive(first, folder);
        assert.deepEqual({ status, stderr }, { status: 1, stderr: "the connection ended before all files had come\n" });
    });

    it("puts nothing in place when the connection ends in the middle of a file", () => {
        const path = join(folder, "half");
        const { status, stderr } = receive(`#file 0600 ${path}\nhalf of it\n`, folder);
        assert.equal(status, 1);
        assert.match(stderr, /ended in the middle of .*half/);
        assert.throws(() => statSync(path), /ENOENT/);
        assert.throws(() => statSync(`${path}.tmp`), /ENOENT/);
    });

    describe("and the way back, sealed", () => {
        const password = "a password of the state's";

        /** What the host writes to its stdout. */
        function sealed(...files: string[]): string {
            writeFileSync(join(folder, "seal"), `${password}\n`);
            const script = `set -euo pipefail; . "${lib}/receive.sh"; . "${lib}/seal.sh"; send_files "$@" | seal`;
            const { status, stdout, stderr } = spawnSync("bash", ["-c", script, "host", ...files], {
                cwd: folder,
                env: { ...process.env, SEAL_FILE: join(folder, "seal") },
                encoding: "utf8",
            });
            assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
            return stdout;
        }

        it("brings files as they are, in a form that shows nothing of them", () => {
            writeFileSync(join(folder, "ca.key"), "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n");
            writeFileSync(join(folder, "sa.pub"), "public, without a newline at the end");
            const text = sealed("ca.key", "sa.pub");
            assert.match(text, /^[A-Za-z0-9+/=]+$/);
            assert.doesNotMatch(Buffer.from(text, "base64").toString("latin1"), /secret|PRIVATE KEY|ca\.key/);
            assert.deepEqual(undeliver(unseal(text, password)), {
                "ca.key": "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n",
                "sa.pub": "public, without a newline at the end\n",
            });
        });

        it("is refused with another password, and where it is not whole", () => {
            writeFileSync(join(folder, "ca.key"), "key\n");
            const text = sealed("ca.key");
            assert.throws(() => undeliver(unseal(text, "another password")), /bad decrypt|not whole/);
            assert.throws(() => unseal("", password), /is not in the form of openssl enc/);
            assert.throws(() => undeliver("#file 0600 ca.key\nkey\n#end\n"), /is not whole/);
        });
    });
});
