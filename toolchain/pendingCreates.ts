interface PendingOperation {
    /** "creating", "updating", "deleting" … */
    type: string;
    resource: { urn: string };
}

/** A stack's state as `pulumi stack export` writes it: what matters here. */
interface ExportedStack {
    deployment: { pending_operations?: PendingOperation[] };
}

/**
 * The engine keeps in mind what it was creating when it was killed, and warns of it at each `up` until somebody says how
 * that ended; `refresh` asks. Here the answer is known: steps look how far they have come, and whatever else is created
 * can be created again. (Of interrupted updates and deletes the engine knows itself that they are to be done again.)
 * @param exported JSON of `pulumi stack export`
 * @returns names of what was being created, and the state without the memory of it, for `pulumi stack import`
 */
export function withoutPendingCreates(exported: string): { names: string[]; state: string } {
    const stack = JSON.parse(exported) as ExportedStack;
    const pending = stack.deployment?.pending_operations ?? [];
    const creates = pending.filter(({ type }) => type === "creating");
    if (creates.length === 0) {
        return { names: [], state: exported };
    }
    stack.deployment.pending_operations = pending.filter((operation) => !creates.includes(operation));
    const names = creates.map(({ resource }) => resource.urn.split("::").pop() as string);
    return { names, state: JSON.stringify(stack) };
}
