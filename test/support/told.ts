import type { PlannedOperation } from "./stack";

/** A plan as golden text: one line an operation, sorted. */
export function told(plan: PlannedOperation[]): string {
    const lines = plan.map(({ operation, type, name, changed }) =>
        [operation, type, name, [...changed].sort().join(",")].join(" ").trim(),
    );
    return `${lines.sort().join("\n")}\n`;
}
