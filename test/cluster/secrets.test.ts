import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LabCluster } from "../support/labCluster";
import { ProcessWatch } from "../support/processWatch";
import { secretForms } from "../support/secretForms";

/** Where kubeadm itself keeps private keys and kubeconfigs. */
const kubeadmsOwn = /^\/etc\/kubernetes\/(pki\/(etcd\/)?[a-z-]+\.key|[a-z-]+\.conf)$/;

describe("secrets, on real hosts", function () {
    this.timeout(600_000);
    this.bail(true);

    let cluster: LabCluster;
    let processes: string;
    let secrets: Map<string, string[]>;
    const said: string[] = [];
    const canary = {
        argv: "canary-in-a-command-line",
        environment: "canary-in-an-environment",
        file: "canary-in-a-file",
    };

    before(async () => {
        cluster = new LabCluster("secrets");
        await cluster.lab.up(["lb", "m1", "m2", "w1"]);
        const watch = await ProcessWatch.start(cluster.stack.folder);
        for (const masters of [["m1"], ["m1", "m2"], ["m2"]]) {
            cluster.stack.configure({ cluster: cluster.config(masters, ["w1"]) });
            said.push(cluster.stack.upOrThrow("--diff", "--debug").output);
        }
        await cluster.lab.ssh("w1", `env SEEN=${canary.environment} bash -c 'sleep 1; : ${canary.argv}'`);
        await cluster.lab.ssh("w1", `echo ${canary.file} > /var/tmp/canary`);
        processes = await watch.stop();
        const state = cluster.stack.pulumi(["stack", "export", "--show-secrets"]).output;
        const ssh = readFileSync(join(cluster.lab.folder, "id_ed25519"), "utf8");
        const all = new Set([...keysIn(state), ssh.trim(), cluster.stack.passphrase]);
        secrets = new Map([...all].map((secret, index) => [`${index}: ${secret.split("\n")[0]}`, secretForms(secret)]));
    });
    after(() => cluster?.remove());

    it("knows the keys of three CAs, service accounts, administrator, observer and two nodes, the SSH key and the passphrase", () =>
        // Each of the seven keys that have a resource has three encodings; the worker's is in its kubeconfig only.
        assert.equal(secrets.size, 7 * 3 + 1 + 2));

    it("sees processes: those of a host, their command lines and environments", () => {
        assert.ok(processes.includes(canary.argv));
        assert.ok(processes.includes(canary.environment));
    });

    it("are in no command line and no environment, here or on a host", () =>
        assert.deepEqual(found(processes.replaceAll(cluster.stack.folder, "")), []));

    it("are in nothing that the engine says while it creates, grows and shrinks, --diff and --debug included", () => {
        assert.match(said.join(""), /debug: Registering resource/);
        assert.deepEqual(said.flatMap(found), []);
    });

    it("are in the state only encrypted", () => {
        const state = cluster.stack.export();
        assert.match(state, /"ciphertext"/);
        assert.deepEqual(found(state), []);
    });

    it("are in the back end's files only encrypted", () => {
        const files = cluster.stack.stateFiles();
        assert.ok(files.length > 0);
        assert.deepEqual(
            files.flatMap((file) => found(readFileSync(file, "utf8"))),
            [],
        );
    });

    it("are on hosts only where kubeadm keeps them, for root alone", async () => {
        const forms = [canary.file, ...[...secrets.values()].flat()].join("\n");
        const places = await Promise.all(
            ["lb", "m1", "m2", "w1"].map(async (host) => {
                const { stdout } = await cluster.lab.ssh(
                    host,
                    "grep --recursive --files-with-matches --fixed-strings --text --devices=skip --file=- " +
                        "--exclude-dir=proc --exclude-dir=sys --exclude-dir=dev --exclude-dir=media / 2>/dev/null | " +
                        'while read -r file; do echo "$(stat --format="%a %U" "$file") $file"; done',
                    { stdin: `${forms}\n` },
                );
                return stdout
                    .trim()
                    .split("\n")
                    .filter(Boolean)
                    .map((line) => ({ host, line, path: line.split(" ")[2] }));
            }),
        );
        const all = places.flat();
        assert.deepEqual(
            all.filter(({ path }) => path === "/var/tmp/canary").map(({ host }) => host),
            ["w1"],
        );
        const elsewhere = all.filter(({ path }) => path !== "/var/tmp/canary" && !kubeadmsOwn.test(path));
        assert.deepEqual(elsewhere, []);
        const keys = all.filter(({ path }) => kubeadmsOwn.test(path));
        assert.deepEqual(
            keys.filter(({ line }) => !line.startsWith("600 root ")),
            [],
        );
        assert.deepEqual(
            keys.map(({ host, path }) => `${host} ${path}`).sort(),
            ["ca.key", "etcd/ca.key", "front-proxy-ca.key", "sa.key"].map((file) => `m2 /etc/kubernetes/pki/${file}`),
        );
    });

    /** Names of the secrets that a text holds. */
    function found(text: string): string[] {
        return [...secrets].filter(([, forms]) => forms.some((form) => text.includes(form))).map(([name]) => name);
    }
});

/** Every private key that a state holds, in each of its encodings, those in kubeconfigs too. */
function keysIn(state: string): string[] {
    const texts = textsIn(JSON.parse(state).deployment.resources).join("\n");
    const inKubeconfigs = [...texts.matchAll(/"client-key-data": "([^"]+)"/g)].map(([, key]) =>
        Buffer.from(key, "base64").toString(),
    );
    const keys =
        [texts, ...inKubeconfigs]
            .join("\n")
            .match(/-----BEGIN [A-Z ]*PRIVATE KEY-----\n[^-]+\n-----END [A-Z ]*PRIVATE KEY-----/g) ?? [];
    return [...new Set(keys)];
}

/** Every text of a tree; what was a secret there is JSON again. */
function textsIn(value: unknown): string[] {
    if (typeof value === "string") {
        return [value];
    }
    return Object.entries(value ?? {}).flatMap(([key, below]) =>
        textsIn(key === "plaintext" ? JSON.parse(below) : below),
    );
}
