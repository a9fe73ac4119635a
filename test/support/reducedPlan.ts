/** What the check in ci/ reads of a step; everything else changes from run to run. */
interface Step {
    op: string;
    urn: string;
    oldState?: State;
    newState?: State;
    diffReasons?: string[];
}

interface State {
    parent?: string;
    retainOnDelete?: boolean;
    inputs?: { update?: unknown };
}

/**
 * A plan of `pulumi preview --json` with what changes from run to run left out: as golden text, one line a step, sorted.
 * It is still a plan that the check in ci/ takes.
 */
export function reducedPlan(planFile: string): string {
    const { steps, changeSummary } = JSON.parse(planFile) as { steps: Step[]; changeSummary: Record<string, number> };
    const lines = steps.map(({ op, urn, oldState, newState, diffReasons }) =>
        JSON.stringify({
            op,
            urn,
            oldState: reduced(oldState),
            newState: reduced(newState),
            // The engine gives them in any order.
            diffReasons: diffReasons?.sort(),
        }),
    );
    return `{"changeSummary":${JSON.stringify(changeSummary)},"steps":[\n${lines.sort().join(",\n")}\n]}\n`;
}

function reduced(state?: State): State | undefined {
    const update = state?.inputs?.update;
    return (
        state && {
            parent: state.parent,
            retainOnDelete: state.retainOnDelete,
            inputs: typeof update === "string" && update.includes(" maintain ") ? { update } : undefined,
        }
    );
}
