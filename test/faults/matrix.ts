import { createHash } from "node:crypto";
import { type Fault, faults } from "./faults";
import type { Operation } from "./operations";
import { type Point, pointInWords } from "./point";

/** One fault at one point of one operation. */
export interface Cell {
    operation: Operation;
    fault: Fault;
    point: Point;
}

export function cellName({ operation, fault, point }: Cell): string {
    return `${operation.name} · ${fault.name} · ${pointInWords(point)}`;
}

/** All cells of an operation. */
export function cellsOf(operation: Operation, points: Point[]): Cell[] {
    return faults.flatMap((fault) =>
        points
            .filter((point) => fault.possibleAt?.(point, operation) ?? true)
            .filter(() => operation.start !== undefined || !fault.needsOtherMaster)
            .map((point) => ({ operation, fault, point })),
    );
}

/**
 * Each fault in each operation in turn, at the most dangerous point that is left; of equally dangerous points in an order
 * that mixes them.
 */
export function inTurn(cells: Cell[]): Cell[] {
    const rows = rowsOf(shuffled(cells, "danger").sort((one, other) => danger(other.point) - danger(one.point)));
    const rounds = Math.max(0, ...rows.map(({ length }) => length));
    return Array.from({ length: rounds }, (_, round) => rows.flatMap((row) => row[round] ?? [])).flat();
}

/** The cells of each fault in each operation. */
export function rowsOf(cells: Cell[]): Cell[][] {
    const rows = new Map<string, Cell[]>();
    for (const cell of cells) {
        const kind = `${cell.operation.name} · ${cell.fault.name}`;
        rows.set(kind, [...(rows.get(kind) ?? []), cell]);
    }
    return [...rows.values()];
}

/** The cells in an order that depends on nothing but their names and the seed. */
export function shuffled(cells: Cell[], seed: string): Cell[] {
    const place = (cell: Cell) =>
        createHash("sha256")
            .update(`${seed} ${cellName(cell)}`)
            .digest("hex");
    return cells
        .map((cell) => ({ cell, key: place(cell) }))
        .sort((one, other) => (one.key < other.key ? -1 : 1))
        .map(({ cell }) => cell);
}

/** Steps that change who is in the cluster, or its nodes' version and settings; everything else can be done twice. */
const dangerous = ["found", "join", "leave", "maintain", "reset"];

/** Those are more dangerous than the rest, and in them a program of kubeadm's or of kubectl's. */
function danger({ step, kind, what }: Point): number {
    if (!dangerous.includes(step)) {
        return 0;
    }
    return kind === "line" || what.includes("run kube") || what.includes("run etcdctl") ? 2 : 1;
}
