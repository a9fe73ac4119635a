import { strict as assert } from "node:assert";
import { output } from "@pulumi/pulumi";
import { planCluster } from "../../config/clusterPlan";
import { ConfigError } from "../../config/configError";
import type { ClusterConfig } from "../../config/schema";
import type { BadConfig } from "../support/badConfig";
import { badConfigs } from "../support/badConfigs";
import { smallCluster } from "../support/examples";
import { assertGolden } from "../support/golden";

/** The error that a bad configuration is refused with. */
function errorOf({ title, cluster, masterCount }: BadConfig): ConfigError {
    try {
        planCluster(cluster as ClusterConfig, masterCount);
    } catch (error) {
        assert.ok(error instanceof ConfigError, `${title}: ${error}`);
        return error;
    }
    throw new assert.AssertionError({ message: `accepted: ${title}` });
}

describe("mistakes in a configuration", () => {
    for (const [theme, cases] of Object.entries(badConfigs)) {
        it(`are told in golden words: ${theme} (${cases.length})`, () => {
            const said = cases.map((bad) => `## ${bad.title}\n${errorOf(bad).message}\n`);
            assertGolden(`mistakes/${theme}.txt`, said.join("\n"));
        });
    }

    it("do not hide one another: networks that overlap are told beside each of them", () => {
        for (const { title, cluster, masterCount } of Object.values(badConfigs).flat()) {
            if (typeof cluster !== "object" || cluster === null || "network" in cluster) {
                continue;
            }
            const overlapping = { ...cluster, network: { podSubnet: "10.96.0.0/16" } };
            const { mistakes } = errorOf({ title, cluster: overlapping, masterCount });
            assert.ok(mistakes.length > 1, title);
            assert.ok(
                mistakes.some(({ words }) => words.includes("overlaps")),
                title,
            );
        }
    });

    it("are told without the schema's own English, and without secrets", () => {
        for (const bad of Object.values(badConfigs).flat()) {
            assert.doesNotMatch(
                errorOf(bad).message,
                /Invalid|expected|undefined|\[object|PRIVATE KEY-|c2VjcmV0/,
                bad.title,
            );
        }
    });

    it("are told where a program hands over an Output", () => {
        const cluster = smallCluster({
            endpoint: output("x:1") as never,
            loadBalancer: output({ host: "x" }) as never,
        });
        const words =
            "is an Output of Pulumi; a plain value is wanted, because the cluster is planned before anything is made";
        assert.deepEqual(errorOf({ title: "outputs", cluster }).mistakes, [
            { path: "cluster.endpoint", words },
            { path: "cluster.loadBalancer", words },
        ]);
    });

    it("are told at least once for each of sixty configurations and more", () => {
        assert.ok(Object.values(badConfigs).flat().length >= 60);
    });
});
