import type { Mistake } from "./configError";
import { isFile } from "./fileMistakes";
import { nodeAddress } from "./nodeAddress";
import type { CompleteClusterConfig } from "./schema";

/** What cannot be true of an etcd outside of the masters. */
export function etcdMistakes({ etcd, kubeadm }: CompleteClusterConfig): Mistake[] {
    return [...settingsOfMasters(etcd.topology, kubeadm), ...topologyMistakes(etcd)];
}

/** kubeadm refuses `local` beside `external`, but only on a host. */
function settingsOfMasters(topology: string, { clusterConfiguration }: CompleteClusterConfig["kubeadm"]): Mistake[] {
    return topology !== "stacked" && clusterConfiguration.etcd?.local
        ? [
              {
                  path: "cluster.kubeadm.clusterConfiguration.etcd.local",
                  words: `is of an etcd on the masters, and there is none where cluster.etcd.topology is "${topology}"; leave it out`,
                  comparedWith: ["cluster.etcd"],
              },
          ]
        : [];
}

function topologyMistakes(etcd: CompleteClusterConfig["etcd"]): Mistake[] {
    if (etcd.topology === "external") {
        const addresses = etcd.hosts.flatMap((host, index) =>
            nodeAddress(host)
                ? []
                : [
                      {
                          path: `cluster.etcd.hosts[${index}].nodeIp`,
                          words: `is missing: host is the name ${host.host}, and a member announces an address`,
                          example: "192.0.2.31",
                      },
                  ],
        );
        const { renewalDays, validityDays } = etcd.certificates;
        const renewal =
            renewalDays < validityDays
                ? []
                : [
                      {
                          path: "cluster.etcd.certificates.renewalDays",
                          words: `${renewalDays} is not less than validityDays, ${validityDays}: every 'pulumi up' would renew them`,
                          example: String(Math.max(1, Math.floor(validityDays / 6))),
                      },
                  ];
        const allLost = etcd.hosts.every(({ lost }) => lost)
            ? [
                  {
                      path: "cluster.etcd.hosts",
                      words: "are all declared lost; one has to survive, which evicts the others",
                  },
              ]
            : [];
        return [...addresses, ...renewal, ...allLost];
    }
    if (etcd.topology === "existing") {
        return (["caFile", "certificateFile"] as const)
            .filter((setting) => !isFile(etcd[setting]))
            .map((setting) => ({
                path: `cluster.etcd.${setting}`,
                words: `"${etcd[setting]}" is not there (paths are relative to the project)`,
            }));
    }
    return [];
}

/** An even number of members survives no more than one fewer. */
export function etcdWarnings({ etcd }: CompleteClusterConfig): string[] {
    const count = etcd.topology === "external" ? etcd.hosts.filter(({ lost }) => !lost).length : 1;
    return count % 2 === 0
        ? [
              `${count} members of etcd survive the loss of ${count / 2 - 1}, as ${count - 1} would. Use ${count - 1} or ${count + 1}`,
          ]
        : [];
}
