import * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import { ConfigError, type Mistake } from "./configError";
import { check } from "./configMistakes";
import type { ClusterConfig } from "./schema";
import { type SshSecrets, sshSecretsOf } from "./sshSecrets";
import { stackSettings } from "./stackSchema";
import { withWorkersOf } from "./workersFile";

/** What a stack's configuration says about its cluster. */
export interface StackConfig extends ClusterConfig, SshSecrets {
    masterCount?: number;
    etcdClientKey?: pulumi.Output<string>;
}

/**
 * Reads a stack's configuration.
 * @throws ConfigError where a setting's name is unknown, the count is no number or the cluster is missing, with all mistakes
 *   of the cluster beside it
 */
export function readStack(config = new pulumi.Config()): StackConfig {
    const listed = withWorkersOf(config.get("workersFile"), config.getObject<ClusterConfig>("cluster"));
    const { cluster } = listed;
    const count = config.get("masterCount");
    const mistakes = [
        ...unknownSettings(config.name),
        ...countMistakes(count),
        ...absence(cluster),
        ...listed.mistakes,
    ];
    const masterCount = count === undefined ? undefined : Number(count);
    if (!cluster || mistakes.length > 0) {
        const checked = cluster ? check(cluster, Number.isNaN(masterCount) ? undefined : masterCount) : undefined;
        throw new ConfigError([...mistakes, ...(checked && "mistakes" in checked ? checked.mistakes : [])]);
    }
    return { ...cluster, masterCount, etcdClientKey: config.getSecret("etcdClientKey"), ...sshSecretsOf(config) };
}

/** Pulumi keeps a setting of any name: a misspelt one would have no effect, and nobody would be told. */
function unknownSettings(project: string): Mistake[] {
    return Object.keys(pulumi.runtime.allConfig())
        .filter((key) => key.startsWith(`${project}:`) && !stackSettings.includes(key.slice(project.length + 1)))
        .map((key) => ({
            path: key,
            words: `is not a setting that exists; did you mean ${project}:${closest(key.slice(project.length + 1), stackSettings)}? ('pulumi config rm ${key}' takes it away)`,
        }));
}

function countMistakes(count: string | undefined): Mistake[] {
    return count === undefined || /^-?\d+(\.\d+)?$/.test(count)
        ? []
        : [{ path: "masterCount", words: `"${count}" is text, and a whole number is wanted`, example: "3" }];
}

function absence(cluster: unknown): Mistake[] {
    const file = `Pulumi.${pulumi.getStack()}.yaml`;
    return cluster
        ? []
        : [
              {
                  path: "cluster",
                  words: `is missing: describe the cluster in ${file}, under config, as kubeadm-ha:cluster`,
              },
          ];
}
