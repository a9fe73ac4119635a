import { readFileSync } from "node:fs";
import { findOrphans } from "../../toolchain/orphans";
import type { FaultCluster } from "./faultCluster";
import { containersOn, differences, filesOn, stepsAtWork } from "./leftovers";
import { type ClusterState, rolesOf } from "./operations";
import { expectedFiles, type Recording } from "./recording";

/** What is wrong after a repair: nothing, where state, hosts and cluster agree as they would without the fault. */
export async function whatIsWrong(
    cluster: FaultCluster,
    from: ClusterState | undefined,
    target: ClusterState,
    recording: Recording,
): Promise<string[]> {
    const wrong: string[] = [];
    try {
        await cluster.settle(target);
    } catch (error) {
        wrong.push((error as Error).message);
    }
    const hosts = cluster.hosts;
    const expected = expectedFiles(recording, rolesOf(from, target));
    wrong.push(
        ...cluster.dataLost(),
        ...(await stepsAtWork(cluster, hosts)),
        ...(await containersOn(cluster, rolesOf(from, target).leaving)),
        ...differences(expected, await filesOn(cluster, Object.keys(expected))),
        ...stateLeftovers(cluster),
        ...enginesLeft(cluster),
        ...cluster.stack.plan().map(({ operation, name }) => `a further up would ${operation} ${name}`),
    );
    return wrong;
}

/** Plugins and programs of this stack that have outlived their engine. */
function enginesLeft({ stack }: FaultCluster): string[] {
    return findOrphans()
        .filter((pid) => readFileSync(`/proc/${pid}/environ`, "utf8").includes(stack.folder))
        .map((pid) => `process ${pid} has outlived its engine`);
}

/** Locks and pending operations in the back end. */
function stateLeftovers({ stack }: FaultCluster): string[] {
    const { deployment } = JSON.parse(stack.export()) as { deployment: { pending_operations?: unknown[] } };
    const pending = deployment.pending_operations?.length ?? 0;
    return [
        ...stack.stateFiles().filter((file) => file.includes("/locks/")),
        ...(pending > 0 ? [`${pending} pending operations in the state`] : []),
    ];
}
