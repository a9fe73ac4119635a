import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { parse } from "yaml";
import { stackJsonSchema } from "../../config/stackSchema";
import { badConfigs } from "../support/badConfigs";
import { smallCluster } from "../support/examples";
import { readmeStackFile } from "../support/readme";

const project = join(__dirname, "..", "..");
const file = join(project, "config", "stack.schema.json");

describe("JSON Schema of a stack file", () => {
    const committed = () => readFileSync(file, "utf8");
    // Formats are said by patterns too.
    const accepts = new Ajv2020({ validateFormats: false }).compile(JSON.parse(committed()));
    const accepted = (stack: unknown) => accepts(stack) || JSON.stringify(accepts.errors);
    const ofCluster = (cluster: unknown, more: object = {}) => ({ config: { "kubeadm-ha:cluster": cluster, ...more } });

    it("is what config/schema.ts gives", () => {
        const current = `${JSON.stringify(stackJsonSchema(), null, 2)}\n`;
        if (process.env.UPDATE_GOLDEN) {
            writeFileSync(file, current);
        }
        assert.equal(committed(), current, "UPDATE_GOLDEN=1 npm run test:quick takes the new schema over");
    });

    it("is named in the lab's stack file, which it accepts", () => {
        const text = readFileSync(join(project, "Pulumi.dev.yaml"), "utf8");
        assert.equal(text.split("\n")[0], "# yaml-language-server: $schema=./config/stack.schema.json");
        assert.equal(accepted(parse(text)), true);
    });

    it("accepts the README's stack file", () => assert.equal(accepted(parse(readmeStackFile())), true));

    it("accepts what Pulumi and others write beside the cluster", () => {
        const stack = ofCluster(smallCluster(), {
            "kubeadm-ha:masterCount": "3",
            "kubeadm-ha:sshPrivateKey": { secure: "v1:abc" },
            "aws:region": "eu-central-1",
        });
        assert.equal(accepted({ encryptionsalt: "v1:abc", secretsprovider: "passphrase", ...stack }), true);
    });

    it("refuses a key in plain, and settings of the program that do not exist", () => {
        assert.equal(accepts(ofCluster(smallCluster(), { "kubeadm-ha:sshPrivateKey": "-----BEGIN" })), false);
        assert.equal(accepts(ofCluster(smallCluster(), { "kubeadm-ha:mastercount": 3 })), false);
        assert.equal(accepts({ config: {} }), false);
    });

    for (const theme of ["wrong-types", "unknown-settings", "labels-and-taints", "versions", "packages"]) {
        it(`refuses bad configurations as far as a schema can tell: ${theme}`, () => {
            const passed = badConfigs[theme].filter(({ cluster }) => accepts(ofCluster(cluster)));
            assert.deepEqual(passed.map(({ title }) => title).sort(), beyondSchema[theme] ?? []);
        });
    }
});

/** What only the program itself can tell, because it compares settings or counts. */
const beyondSchema: Record<string, string[]> = {
    "labels-and-taints": ["a taint twice"],
    versions: ["a repository of another minor", "too new", "too old"],
    packages: [
        "a bundle over http without its digest",
        "a bundle's file with two slashes",
        "a containerd that is too old",
    ],
};
