import { z } from "zod";
import { maintainedVersion } from "../components/maintainCommand";

/**
 * What is read of a resource's state. Of inputs and outputs only the Kubernetes version that a node is to have: a value that
 * is never read can never be printed.
 */
const state = z.object({
    parent: z.string().optional(),
    retainOnDelete: z.boolean().optional(),
    inputs: z
        .object({ update: z.unknown().optional() })
        .optional()
        .transform((inputs) => maintainedVersion(String(inputs?.update))),
});

const planFile = z.object({
    steps: z.array(
        z.object({
            op: z.string(),
            urn: z.string().regex(/^urn:pulumi:.+?::.+?::.+?::/),
            oldState: state.optional(),
            newState: state.optional(),
            diffReasons: z.array(z.string()).optional(),
        }),
    ),
    changeSummary: z.record(z.string(), z.number()),
    diagnostics: z.array(z.object({ message: z.string(), severity: z.string() })).default([]),
});

export interface Plan {
    stack: string;
    /** Everything that changes, and the stack itself; the engine leaves out what stays. */
    resources: PlannedResource[];
    /** How many resources stay as they are. */
    unchanged: number;
}

/** What the engine would do with one resource. */
export interface PlannedResource {
    /** The engine's word: "same", "create", "update", "delete", "replace", "create-replacement", "delete-replaced" … */
    operation: string;
    /** Types of the components that it is in, the outermost first, and its own. */
    types: string[];
    name: string;
    /** Name of the component that it is in. */
    parent?: string;
    /** Names of the inputs that change. */
    changed: string[];
    /** Its delete would not be run: the state only drops it. */
    retained: boolean;
    /** The Kubernetes version that the node was to have, and is to have: "1.36.3". Of a node's resource only. */
    versions: { old?: string; new?: string };
}

/**
 * The plan that `pulumi preview --json` wrote.
 * @throws Error that says why the text is no plan that can be judged
 */
export function readPlan(text: string): Plan {
    if (text.trim() === "") {
        throw new Error("The plan is empty: pulumi preview failed before it had one, and said why on its stderr.");
    }
    const { steps, changeSummary, diagnostics } = parsePlan(text);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0) {
        throw new Error(`pulumi preview failed, so there is no plan:\n${errors.map(saidWithoutKeys).join("\n")}`);
    }
    if (steps.length === 0) {
        throw new Error("The plan has no step, not even the stack: it is not whole.");
    }
    const resources = steps.map(({ op, urn, oldState, newState, diffReasons }) => {
        const { types, name } = partsOfUrn(urn);
        const parent = (newState ?? oldState)?.parent;
        return {
            operation: op,
            types,
            name,
            parent: parent === undefined ? undefined : partsOfUrn(parent).name,
            changed: diffReasons ?? [],
            retained: oldState?.retainOnDelete ?? false,
            versions: { old: oldState?.inputs, new: newState?.inputs },
        };
    });
    return { stack: partsOfUrn(steps[0].urn).stack, resources, unchanged: changeSummary.same ?? 0 };
}

/** urn:pulumi:STACK::PROJECT::OUTER-TYPE$TYPE::NAME */
function partsOfUrn(urn: string): { stack: string; types: string[]; name: string } {
    const [stack, , types, ...name] = urn.split("::");
    return { stack: stack.slice("urn:pulumi:".length), types: types.split("$"), name: printable(name.join("::")) };
}

function parsePlan(text: string): z.output<typeof planFile> {
    let content: unknown;
    try {
        content = JSON.parse(text);
    } catch {
        throw new Error(
            `The plan is not JSON, or was cut off (${text.length} characters). It has to be the whole stdout of 'pulumi preview --json', and nothing else; streamed events (PULUMI_ENABLE_STREAMING_JSON_PREVIEW) are not read.`,
        );
    }
    const parsed = planFile.safeParse(content);
    if (!parsed.success) {
        const places = parsed.error.issues.slice(0, 3).map(({ path }) => path.join(".") || "the whole");
        throw new Error(`This JSON is not a plan of 'pulumi preview --json': look at ${places.join(", ")}.`);
    }
    return parsed.data;
}

/** The engine blanks the secrets that it knows in its words; a key that it does not know goes no further than this. */
function saidWithoutKeys({ message }: { message: string }): string {
    return message.trim().replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*-----|$)/g, "[secret]");
}

/** One line, so that a name cannot be taken for a command to the CI that prints it. */
function printable(name: string): string {
    return name.replace(/\p{Cc}/gu, "?");
}
