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

/** The most dangerous first; those that are equally dangerous in an order that mixes operations, faults and points. */
export function byDanger(cells: Cell[]): Cell[] {
    return shuffled(cells, "danger").sort((one, other) => danger(other) - danger(one));
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

/** Steps that change who is in the cluster; everything else can be done twice. */
const membership = ["found", "join", "leave", "reset"];

/** Two thirds of a cell's danger is where it strikes: in a change of membership, and there in a program of kubeadm's. */
function danger({ fault, point }: Cell): number {
    const where = membership.includes(point.step)
        ? point.kind === "line" || point.what.includes("run kube")
            ? 2
            : 1
        : 0;
    return where + (faults.indexOf(fault) < 5 ? 1 : 0);
}
