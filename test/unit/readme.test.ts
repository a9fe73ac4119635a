import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { planCluster } from "../../config/clusterPlan";
import { configTable } from "../../config/configTable";

const file = join(__dirname, "..", "..", "README.md");
const readme = () => readFileSync(file, "utf8");

describe("README", () => {
    it("has the configuration table that the schema gives", () => {
        const marked = /(<!-- configuration: [^\n]*-->\n)[\s\S]*(<!-- end of configuration -->)/;
        const current = readme().replace(marked, (_, begin, end) => `${begin}${configTable()}\n${end}`);
        if (process.env.UPDATE_GOLDEN) {
            writeFileSync(file, current);
        }
        assert.equal(readme(), current, "UPDATE_GOLDEN=1 npm run test:quick takes the new table over");
    });

    it("shows a stack file that is valid", () => {
        const [, example] = /```yaml\n(# Pulumi\.prod\.yaml[\s\S]*?)```/.exec(readme()) as RegExpExecArray;
        const plan = planCluster(parse(example).config["kubeadm-ha:cluster"]);
        assert.equal(plan.endpoint, "192.0.2.10:6443");
    });
});
