import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { TestStack } from "../test/support/stack";
import type { StandInHosts } from "../test/support/standInHosts";
import { bytes } from "./statistics";

/** How many masters every cluster of a benchmark on loopback has, beside its load balancer. */
const masters = ["m1", "m2", "m3"];

/** Saves time where only the state is wanted: it is written once, at the end. */
export const writeStateOnce = { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_EXPERIMENTAL: "true" };

/**
 * A stack whose hosts are one sshd on loopback that answers for many addresses, and in which every step is a no-op: what is
 * measured is the engine's side and SSH, and nothing of what steps do.
 */
export class LoopbackStack {
    readonly stack = new TestStack("bench");

    constructor(private readonly hosts: StandInHosts) {}

    /** The cluster has these many workers from now on. */
    setWorkers(count: number): void {
        const { port, hostKey } = this.hosts;
        const knownHosts = join(this.stack.folder, "known_hosts");
        writeFileSync(knownHosts, `[127.*]:${port} ${hostKey}\n`);
        const master = (name: string, index: number) => ({ name, host: `127.0.0.${index + 11}` });
        const worker = (_: unknown, index: number) => ({ name: `w${index + 1}`, host: workerAddress(index + 1) });
        this.stack.configure({
            cluster: {
                kubernetesVersion: "1.36.3",
                ssh: { port, privateKeyFile: this.hosts.privateKeyFile(), knownHosts },
                loadBalancer: { host: "127.0.0.10" },
                masters: masters.map(master),
                // A /24 for each of thousands of nodes; no add-ons, for there is no API server.
                network: { cni: "none", podSubnet: "172.16.0.0/12" },
            },
        });
        const workersFile = join(this.stack.folder, "workers.yaml");
        writeFileSync(workersFile, stringify(Array.from({ length: count }, worker)));
        this.stack.pulumi(["config", "set", "workersFile", workersFile]);
    }

    /** Adds those after the worker of this number to the state, as copies of its resources. */
    copyWorker(number: number, last: number): void {
        const state = JSON.parse(this.stack.export("--show-secrets"));
        const resources = state.deployment.resources as StateResource[];
        const own = resources
            .filter(({ urn }) => urn.includes(`::bench-w${number}-`))
            .map((one) => JSON.stringify(one));
        const names = new RegExp(`\\bw${number}\\b`, "g");
        const addresses = new RegExp(`\\b${workerAddress(number).replaceAll(".", "\\.")}\\b`, "g");
        for (let copy = number + 1; copy <= last; copy++) {
            resources.push(
                ...own.map((text) =>
                    JSON.parse(text.replace(names, `w${copy}`).replace(addresses, workerAddress(copy))),
                ),
            );
        }
        this.stack.import(JSON.stringify(state));
    }
}

/** Of the worker of this number, from 1 on. */
function workerAddress(number: number): string {
    const index = number - 1;
    return `127.1.${index >> 8}.${index & 0xff}`;
}

/** A stack of the bare program: resources that do nothing. */
export class BareStack {
    readonly stack = new TestStack("bench", "bench/bare");

    /** As many resources, and as many components among them, as the other stack. */
    setLike({ resources, components }: Counts): void {
        for (const [name, value] of Object.entries({ resources: resources - components, components })) {
            this.stack.pulumi(["config", "set", name, String(value)]);
        }
    }
}

export interface Counts {
    /** All that a program registers; the stack and its providers apart. */
    resources: number;
    components: number;
}

/** What a cluster of so many workers registers, told from the plans of two small ones. */
export function countsFor(hosts: StandInHosts): (workers: number) => Counts {
    const [one, two] = [1, 2].map((workers) => {
        const own = new LoopbackStack(hosts);
        try {
            own.setWorkers(workers);
            return counted(own.stack.plan().map(({ type }) => type));
        } finally {
            own.stack.remove();
        }
    });
    const grown = (first: number, second: number, workers: number) => first + (second - first) * (workers - 1);
    return (workers) => ({
        resources: grown(one.resources, two.resources, workers),
        components: grown(one.components, two.components, workers),
    });
}

function counted(types: string[]): Counts {
    const own = types.filter((type) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"));
    return { resources: own.length, components: own.filter((type) => type.startsWith("kubeadm:")).length };
}

/** `pulumi up` as the benchmarks run it. */
export const up = ["up", "--yes", "--skip-preview"];

interface StateResource {
    urn: string;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
}

/**
 * What a worker's state consists of: for each of its resources the bytes of its connection, of what it has on stdin, and of
 * all else. Inputs are kept twice, because the plugin gives them back as outputs.
 */
export function stateOfWorker(stack: TestStack, worker: string): string[][] {
    const { checkpoint } = JSON.parse(readFileSync(stateFile(stack), "utf8"));
    const resources = checkpoint.latest.resources as StateResource[];
    return resources.flatMap((resource) => {
        const [, step] = new RegExp(`::bench-${worker}-([a-z]+)$`).exec(resource.urn) ?? [];
        if (step === undefined) {
            return [];
        }
        const size = (value: unknown) => JSON.stringify(value)?.length ?? 0;
        const twice = (input: string) => size(resource.inputs?.[input]) + size(resource.outputs?.[input]);
        const [connection, stdin, all] = [twice("connection"), twice("stdin"), size(resource)];
        return [[step, ...[connection, stdin, all - connection - stdin, all].map(bytes)]];
    });
}

/** Bytes of the stack's state as the file back end keeps it. */
export function stateSize(stack: TestStack): number {
    return statSync(stateFile(stack)).size;
}

function stateFile(stack: TestStack): string {
    const file = stack.stateFiles().find((path) => new RegExp(`/stacks/.*/${stack.name}\\.json(\\.zst)?$`).test(path));
    if (!file) {
        throw new Error("There is no state");
    }
    return file;
}
