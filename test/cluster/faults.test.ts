import { strict as assert } from "node:assert";
import { Campaign } from "../faults/campaign";
import { type Cell, cellName } from "../faults/matrix";
import { operations } from "../faults/operations";

/**
 * A fixed sample of the matrix (npm run test:faults): where a cut has cost most so far. In an order in which each
 * cell begins where the one before ends.
 */
const sample: RegExp[] = [
    /^grow · power lost, unwritten files empty · joining: join, after "\[etcd\] Announced/,
    /^shrink · step killed, its children go on · leaving: leave, before `run etcdctl member remove/,
    /^grow · disk full · joining: join, after "\[etcd\] Waiting for the new etcd member/,
    /^shrink · containerd stopped · leaving: reset, before `run kubeadm reset/,
];

describe("faults: one more pulumi up finishes the job", function () {
    this.timeout(900_000);

    let campaign: Campaign;
    const cells: Cell[] = [];
    before(async () => {
        campaign = new Campaign({ lab: "faults" });
        for (const operation of operations.filter(({ name }) =>
            sample.some((cell) => cell.source.startsWith(`^${name} `)),
        )) {
            cells.push(...(await campaign.cellsOf(operation)));
        }
    });
    after(() => campaign?.end());

    // The second pair takes two minutes.
    sample.forEach((wanted, index) => {
        it(`${String(wanted).slice(2, -1).replaceAll("\\", "")}${index > 1 ? " @long" : ""}`, async () => {
            const cell = cells.find((one) => wanted.test(cellName(one)));
            assert.ok(cell, `no point of an undisturbed run is like ${wanted}`);
            const { struck, wrong, words } = await campaign.run([cell]);
            assert.deepEqual({ struck, wrong }, { struck: [cell.point], wrong: [] }, words);
        });
    });
});
