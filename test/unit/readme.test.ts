import { strict as assert } from "node:assert";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { planCluster } from "../../config/clusterPlan";
import { configTable } from "../../config/configTable";
import { readmeFile, readmeStackFile } from "../support/readme";

const readme = () => readFileSync(readmeFile, "utf8");

describe("README", () => {
    it("has the configuration table that the schema gives", () => {
        const marked = /(<!-- configuration: [^\n]*-->\n)[\s\S]*(<!-- end of configuration -->)/;
        const current = readme().replace(marked, (_, begin, end) => `${begin}${configTable()}\n${end}`);
        if (process.env.UPDATE_GOLDEN) {
            writeFileSync(readmeFile, current);
        }
        assert.equal(readme(), current, "UPDATE_GOLDEN=1 npm run test:quick takes the new table over");
    });

    it("shows a stack file that is valid", () => {
        const plan = planCluster(parse(readmeStackFile()).config["kubeadm-ha:cluster"]);
        assert.equal(plan.endpoint, "192.0.2.10:6443");
    });

    it("refers to files that there are", () => {
        const links = [...readme().matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link);
        assert.ok(links.length > 0);
        assert.deepEqual(
            links.filter((link) => !existsSync(join(dirname(readmeFile), link))),
            [],
        );
    });

    it("shows a check in CI that the examples run", () => {
        const [, lines] = /```sh\n(pulumi preview[\s\S]*?)```/.exec(readme()) as RegExpExecArray;
        const examples = ["github-actions.yml", "gitlab-ci.yml"].map((name) =>
            readFileSync(join(dirname(readmeFile), "examples", "ci", name), "utf8"),
        );
        for (const line of lines.trim().split("\n")) {
            const command = line.split(" -- ")[0].split(" > ")[0];
            assert.ok(
                examples.every((example) => example.includes(command)),
                command,
            );
        }
        assert.match(readme(), /`allow-master-removal`/);
    });

    it("shows that a useful stack file has fewer than 15 lines", () => {
        const lines = readmeStackFile().trimEnd().split("\n").length;
        assert.ok(lines < 15, `${lines} lines`);
    });
});
