import { setTimeout as sleep } from "node:timers/promises";
import type { EngineRun } from "./engineRun";
import type { FaultCluster } from "./faultCluster";
import { loadBalancer, type Operation } from "./operations";
import type { Point } from "./point";

/** Where a fault strikes. */
export interface Scene {
    cluster: FaultCluster;
    /** The `pulumi up` that is under way. */
    run: EngineRun;
    /** The host at work. */
    host: string;
    /** Other masters that are in the cluster before and after. */
    otherMasters: string[];
    /** Lets the step that has stopped go on. */
    release(): void;
}

/** Something that can happen while a cluster is changed. */
export interface Fault {
    name: string;
    /** Where it can happen. Default: everywhere. */
    possibleAt?(point: Point, operation: Operation): boolean;
    /** Whether it takes a master that is in the cluster before and after. */
    needsOtherMaster?: boolean;
    strike(scene: Scene): Promise<void>;
    /** What a person would do about it, when `pulumi up` has ended or a minute later. Default: nothing. */
    mend?(scene: Scene): Promise<void>;
}

const onHost = (scene: Scene, command: string) => scene.cluster.lab.ssh(scene.host, command, { check: false });

/** The step's own process, and all that it has started: they are one session of sshd's. */
const stepProcess = "pgrep -o -f '^[b]ash /usr/local/lib/kubeadm-ha/steps/'";

/** What fills a disk. */
const filler = "/var/filler";
const images = "/media/kubeadm-ha/*/images/*";

/** A host that has lost its power, or its network, gets it back after that time. */
const outageSeconds = 20;

export const faults: Fault[] = [
    { name: "engine killed", strike: async ({ run }) => run.signal("SIGKILL") },
    {
        name: "power lost, unwritten files empty",
        strike: ({ cluster, host }) => cluster.lab.crash(host),
        mend: switchOn,
    },
    {
        name: "step killed with all its children",
        strike: async (scene) => {
            await onHost(scene, `pkill -KILL --session "$(ps -o sid= -p "$(${stepProcess})" | tr -d ' ')"`);
        },
    },
    {
        name: "step killed, its children go on",
        strike: async (scene) => {
            await onHost(scene, `kill -KILL "$(${stepProcess})"`);
        },
    },
    {
        name: "reboot",
        strike: async (scene) => {
            const before = scene.cluster.trace(scene.host).init();
            await onHost(scene, "systemctl reboot");
            await until(120, `${scene.host} boots anew`, () => scene.cluster.trace(scene.host).init() !== before);
        },
        mend: switchOn,
    },
    { name: "plugin killed", strike: async ({ run }) => run.killCommandPlugin() },
    { name: "one Ctrl-C", strike: async ({ run }) => run.signal("SIGINT") },
    {
        name: "two Ctrl-C",
        strike: async ({ run }) => {
            run.signal("SIGINT");
            await sleep(500);
            run.signal("SIGINT");
        },
    },
    {
        name: "containerd stopped",
        possibleAt: ({ role }) => role !== "load balancer",
        strike: async (scene) => {
            await onHost(scene, "systemctl stop containerd");
        },
        mend: async (scene) => {
            await onHost(scene, "systemctl start containerd");
        },
    },
    {
        name: "etcd stopped on another master",
        needsOtherMaster: true,
        strike: async ({ cluster, otherMasters }) => {
            await cluster.lab.ssh(
                otherMasters[0],
                "mv /etc/kubernetes/manifests/etcd.yaml /root/ && timeout 60 sh -c 'while crictl ps --name ^etcd$ --quiet | grep -q .; do sleep 0.2; done'",
            );
        },
        mend: async ({ cluster, otherMasters }) => {
            await cluster.lab.ssh(otherMasters[0], "mv /root/etcd.yaml /etc/kubernetes/manifests/");
        },
    },
    {
        name: "disk full",
        possibleAt: ({ role }) => role !== "load balancer",
        strike: async (scene) => {
            await onHost(
                scene,
                `fallocate -l "$(df --output=avail -B1 / | tail -n 1)" ${filler}; cat /dev/zero >>${filler}`,
            );
        },
        mend: async (scene) => {
            await onHost(scene, `rm ${filler}`);
        },
    },
    {
        name: "images unreadable",
        // Only a new host reads them.
        possibleAt: ({ step }, { start }) => step === "prepare" && start === undefined,
        strike: async (scene) => {
            await onHost(scene, `for image in ${images}; do mount --bind /dev/null "$image"; done`);
        },
        mend: async (scene) => {
            await onHost(scene, `umount ${images}`);
        },
    },
    {
        name: "load balancer without power",
        possibleAt: ({ role }) => role !== "load balancer",
        strike: ({ cluster }) => cluster.lab.crash(loadBalancer),
        mend: ({ cluster }) => cluster.lab.start(loadBalancer),
    },
    {
        name: "network cut for 60 s",
        strike: async ({ cluster, host, release }) => {
            await cluster.lab.cut(host);
            release();
            await sleep(60_000);
            await cluster.lab.heal(host);
        },
    },
    {
        name: "network cut until pulumi up gives up",
        strike: ({ cluster, host }) => cluster.lab.cut(host),
        mend: async ({ cluster, host, run }) => {
            await run.status(400);
            await cluster.lab.heal(host);
        },
    },
];

async function until(seconds: number, what: string, isSo: () => boolean): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (!isSo()) {
        if (Date.now() > end) {
            throw new Error(`not so after ${seconds} s: ${what}`);
        }
        await sleep(50);
    }
}

async function switchOn({ cluster, host }: Scene): Promise<void> {
    await cluster.lab.start(host);
    await cluster.trace(host).install();
}

/** How long a person takes to notice. */
export function patience(fault: Fault): number {
    return fault.mend === switchOn ? 0 : outageSeconds;
}
