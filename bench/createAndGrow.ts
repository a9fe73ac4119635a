import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../lab/run";
import { LabCluster } from "../test/support/labCluster";
import { kubectlPath } from "../toolchain/locate";
import { ByHand } from "./byHand";
import { measured } from "./engine";
import { up } from "./loopback";
import type { BenchOptions, Picture, Say, Section } from "./section";
import { ratio, seconds } from "./statistics";
import { type Span, spansOf } from "./stepLog";
import { type TimelineRun, timeline } from "./timeline";

const three = ["m1", "m2", "m3"];
const five = [...three, "m4", "m5"];
const workers = ["w1", "w2"];

/** One side's create and grow. */
interface Round {
    create: TimelineRun;
    grow: TimelineRun;
}

/** A load balancer, three masters and two workers from nothing, then five masters: against a script by hand. */
export async function createAndGrow(say: Say, { rounds = 3 }: BenchOptions): Promise<Section> {
    const own: Round[] = [];
    const byHand: Round[] = [];
    for (let round = 1; round <= rounds; round++) {
        own.push(await withLab((cluster) => ownRound(cluster)));
        byHand.push(await withLab((cluster) => roundByHand(cluster)));
        say(
            `round ${round} of ${rounds}: ${rowsOf(own, byHand)
                .map((row) => row.join(", "))
                .join("; ")}`,
        );
    }
    return {
        title: "Create, and grow",
        date: new Date().toISOString(),
        words: [
            "From switched-on hosts without any of the software to a cluster of a load balancer, three masters and two workers whose " +
                "nodes are all Ready; then from three masters to five. The bundle is on the hosts' disks. Beside it, the best script " +
                "by hand that we know ([bench/by-hand](../bench/by-hand)): the same bundle, checked by the same sums, everything at " +
                "once that can be, over plain ssh with one shared connection to each host. Goals: 1.10 × and 1.15 ×.",
        ],
        tables: [{ titles: ["", "pulumi up", "script", "ratio"], rows: rowsOf(own, byHand) }],
        pictures: [picture("create", own, byHand), picture("grow", own, byHand)],
        limits: [
            "The pictures are of the last round: what ran on which host when, as the hosts' own step logs tell " +
                "(`/var/log/kubeadm-ha`). The lab's hosts share the machine's cores, so that what is done on several hosts at once is " +
                "slower than on hosts of their own, on both sides.",
        ],
    };
}

function rowsOf(own: Round[], byHand: Round[]): string[][] {
    return (["create", "grow"] as const).map((what) => {
        const [one, other] = [own, byHand].map((all) => all.map((round) => round[what].end - round[what].begin));
        return [what === "create" ? "create" : "grow 3 → 5", seconds(one), seconds(other), ratio(one, other)];
    });
}

function picture(what: "create" | "grow", own: Round[], byHand: Round[]): Picture {
    const last = (all: Round[]) => all[all.length - 1][what];
    return {
        file: `performance-${what}.svg`,
        words: `${what}: steps on hosts over time, of pulumi up and of the script`,
        svg: timeline([last(own), last(byHand)]),
    };
}

async function withLab(work: (cluster: LabCluster) => Promise<Round>): Promise<Round> {
    const cluster = new LabCluster("bench");
    try {
        await cluster.lab.up(["lb", ...three, ...workers]);
        return await work(cluster);
    } finally {
        await cluster.remove();
    }
}

async function ownRound(cluster: LabCluster): Promise<Round> {
    const hosts = ["lb", ...five, ...workers];
    const change = async (title: string, masters: string[]) => {
        cluster.stack.configure({ cluster: cluster.config(masters, workers) });
        const begin = Date.now();
        await measured(cluster.stack, up);
        const done = Date.now();
        await verify(cluster, cluster.kubeconfigFile(), masters);
        const spans = (await Promise.all(hosts.map((host) => stepsOn(cluster, host)))).flat();
        return runOf(title, begin, done, spans);
    };
    const create = await change("pulumi up", three);
    await cluster.lab.up(["m4", "m5"]);
    return { create, grow: await change("pulumi up", five) };
}

async function roundByHand(cluster: LabCluster): Promise<Round> {
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    const script = new ByHand(cluster.lab, folder);
    const change = async (file: "create.sh" | "grow.sh", masters: string[]) => {
        const begin = Date.now();
        const spans = await script.run(file);
        const done = Date.now();
        await verify(cluster, script.kubeconfig, masters);
        return runOf("script", begin, done, spans);
    };
    try {
        const create = await change("create.sh", three);
        await cluster.lab.up(["m4", "m5"]);
        return { create, grow: await change("grow.sh", five) };
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** With the wait until all nodes are Ready, which both sides have in front of them. */
function runOf(title: string, begin: number, done: number, spans: Span[]): TimelineRun {
    const end = Date.now();
    const recent = spans.filter((span) => span.begin >= begin);
    return { title, begin, end, spans: [...recent, { host: "nodes", step: "Ready", begin: done, end }] };
}

/** The same of both sides: all nodes Ready, all etcd members voting, all masters behind the load balancer. */
async function verify({ lab }: LabCluster, kubeconfig: string, masters: string[]): Promise<void> {
    const kubectl = (...words: string[]) => run(kubectlPath(), ["--kubeconfig", kubeconfig, ...words]);
    await kubectl("wait", "--for=condition=Ready", "nodes", "--all", "--timeout=180s");
    const names = (await kubectl("get", "nodes", "--output=jsonpath={.items[*].metadata.name}")).split(" ");
    assert.deepEqual(names.sort(), [...masters, ...workers].sort());
    const pki = "/etc/kubernetes/pki/etcd";
    const { stdout } = await lab.ssh(
        masters[0],
        `crictl exec $(crictl ps --name '^etcd$' --quiet) etcdctl --cacert ${pki}/ca.crt --cert ${pki}/healthcheck-client.crt --key ${pki}/healthcheck-client.key member list`,
    );
    assert.equal(stdout.match(/, started, .*, false$/gm)?.length, masters.length, `voting members:\n${stdout}`);
    const backEnds = await lab.ssh(
        "lb",
        "cat /etc/kubeadm-ha/nginx.conf /etc/kubernetes-api/nginx.conf 2>/dev/null || true",
    );
    assert.equal(backEnds.stdout.match(/^ *server .*:6443 /gm)?.length, masters.length);
}

async function stepsOn({ lab }: LabCluster, host: string): Promise<Span[]> {
    if (!lab.status().some(({ name, on }) => name === host && on)) {
        return [];
    }
    const { stdout } = await lab.ssh(host, "cat /var/log/kubeadm-ha/*.log");
    return spansOf(host, stdout);
}
