import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestStack } from "../support/stack";

describe("a program of its own that imports the components: examples/two-clusters", function () {
    this.timeout(300_000);

    let stack: TestStack;
    before(() => {
        stack = new TestStack("dev", "examples/two-clusters");
    });
    after(() => stack?.remove());

    it("makes two clusters, neither of which has anything of the other", () => {
        const steps = stack
            .plan()
            .filter(({ type }) => type === "command:remote:Command")
            .map(({ operation, name }) => `${operation} ${name}`);
        const ofMaster = (node: string) => ["host", "join", "node", "stage"].map((step) => `${node}-${step}`);
        const ofCluster = (cluster: string, masters: string[]) => [
            ...masters.flatMap((master) => ofMaster(`${cluster}-${master}`)),
            ...["install-load-balancer", "first-back-end", "departures", "back-ends"].map(
                (step) => `${cluster}-lb-${step}`,
            ),
            `${cluster}-first-master-found`,
            `${cluster}-kubeadm-addons`,
        ];
        const expected = [...ofCluster("north", ["m1", "m2", "m3"]), ...ofCluster("south", ["m1"])];
        assert.deepEqual(steps.sort(), expected.map((name) => `create ${name}`).sort());
    });

    it("has a mistake in one of them told as such, and a doubt about the other", () => {
        const file = join(stack.programFolder, "Pulumi.dev.yaml");
        const good = readFileSync(file, "utf8");
        const bad = good
            .replace("name: m1, host: 198.51.100.11", "name: M1, host: 198.51.100.11:22")
            .replace("      - {name: m3, host: 192.0.2.13}\n", "");
        writeFileSync(file, bad);
        const { status, output } = stack.pulumi(["preview", "--non-interactive", "--color", "never"]);
        assert.notEqual(status, 0);
        const words = [
            "warning: 2 masters survive the loss of 0, as 1 would",
            'error: 2 mistakes in the configuration of cluster "south", of which nothing was touched:',
            '  - cluster.masters[0].name: "M1" is not a DNS label: lower-case letters',
            '  - cluster.masters[0].host: "198.51.100.11:22" has a port or brackets',
        ];
        for (const line of words) {
            assert.ok(output.includes(line), `${line}\nis missing in:\n${output}`);
        }
    });
});
