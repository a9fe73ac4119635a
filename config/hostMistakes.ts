import type { Mistake } from "./configError";
import type { CompleteClusterConfig } from "./schema";

/** Names and addresses that two hosts share, and a load balancer that would take the port of its neighbour. */
export function hostMistakes(config: CompleteClusterConfig): Mistake[] {
    const nodes = [...placed("cluster.masters", config.masters), ...placed("cluster.workers", config.workers)];
    const balancer = config.loadBalancer ? [{ ...config.loadBalancer, path: "cluster.loadBalancer" }] : [];
    return [
        ...shared([...nodes, ...balancer], "name"),
        ...shared(nodes, "host"),
        ...balancer.flatMap(({ path, host, port }) =>
            config.masters
                .filter((master) => master.host === host && port === 6443)
                .map((master) => ({
                    path: `${path}.port`,
                    words: `6443 on ${host} is taken by the API server of master ${master.name}`,
                })),
        ),
    ];
}

interface PlacedHost {
    path: string;
    name: string;
    host: string;
}

function placed(list: string, hosts: { name: string; host: string }[]): PlacedHost[] {
    return hosts.map(({ name, host }, index) => ({ name, host, path: `${list}[${index}]` }));
}

function shared(hosts: PlacedHost[], field: "name" | "host"): Mistake[] {
    const first = new Map<string, string>();
    return hosts.flatMap((host) => {
        const earlier = first.get(host[field]);
        if (earlier === undefined) {
            first.set(host[field], host.path);
            return [];
        }
        return [
            {
                path: `${host.path}.${field}`,
                words: `"${host[field]}" is also that of ${earlier}; each host needs its own`,
            },
        ];
    });
}
