import type { ClusterPlan } from "./clusterPlan";
import type { BastionConfig, EtcdHostConfig, LoadBalancerConfig, NodeConfig } from "./schema";

/** A file that the configuration names. */
export interface NamedFile {
    file: string;
    /** Where it is named, as in the stack file: "cluster.ssh.knownHosts". */
    path: string;
}

/** One sshd and how it is logged in to: what holds for all hosts and what a host says itself, put together. */
export interface SshEndpoint {
    /** Where it is described, as in the stack file: "cluster.masters[2]", "cluster.ssh.bastion". */
    path: string;
    host: string;
    port: number;
    user: string;
    hostKey?: string;
    knownHosts?: NamedFile;
    privateKeyFile?: NamedFile;
    /** The endpoint that the connection goes through. */
    bastion?: SshEndpoint;
}

/** The endpoint of every host of a plan, by the host's name. */
export function sshEndpoints(plan: ClusterPlan): Map<string, SshEndpoint> {
    const placed: [string, NodeConfig | EtcdHostConfig | LoadBalancerConfig][] = [
        ...plan.masters.map((host, index): [string, NodeConfig] => [`cluster.masters[${index}]`, host]),
        ...plan.workers.map((host, index): [string, NodeConfig] => [`cluster.workers[${index}]`, host]),
        ...plan.etcdHosts.map((host, index): [string, EtcdHostConfig] => [`cluster.etcd.hosts[${index}]`, host]),
    ];
    if (plan.loadBalancer) {
        placed.push(["cluster.loadBalancer", plan.loadBalancer]);
    }
    return new Map(placed.map(([path, host]) => [host.name, endpointOf(path, host, plan.ssh)]));
}

type HostConfig = Pick<NodeConfig, "host" | "hostKey" | "ssh">;

function endpointOf(path: string, { host, hostKey, ssh: own = {} }: HostConfig, all: ClusterPlan["ssh"]): SshEndpoint {
    const named = (setting: "knownHosts" | "privateKeyFile"): NamedFile | undefined => {
        const [file, at] = own[setting] ? [own[setting], `${path}.ssh`] : [all[setting], "cluster.ssh"];
        return file === undefined ? undefined : { file, path: `${at}.${setting}` };
    };
    const direct = {
        path,
        host,
        hostKey,
        port: own.port ?? all.port,
        user: own.user ?? all.user,
        knownHosts: named("knownHosts"),
        privateKeyFile: named("privateKeyFile"),
    };
    if (own.bastion) {
        return own.bastion === "none" ? direct : through(own.bastion, `${path}.ssh.bastion`, direct);
    }
    return all.bastion ? through(all.bastion, "cluster.ssh.bastion", direct) : direct;
}

/** The bastion is logged in to as the host behind it, but for what it says itself. */
function through(bastion: BastionConfig, path: string, behind: SshEndpoint): SshEndpoint {
    const { host, port, hostKey, user = behind.user, privateKeyFile } = bastion;
    const own = privateKeyFile && { file: privateKeyFile, path: `${path}.privateKeyFile` };
    return {
        ...behind,
        bastion: {
            ...{ path, host, port, hostKey, user },
            knownHosts: behind.knownHosts,
            privateKeyFile: own || behind.privateKeyFile,
        },
    };
}
