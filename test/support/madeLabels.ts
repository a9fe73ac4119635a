import type { TestStack } from "./stack";

interface State {
    urn: string;
    id?: string;
    type: string;
    inputs: { metadata: { name: string } };
    [field: string]: unknown;
}

/**
 * Brings the labels of nodes that a plan would make into the state, as the Kubernetes plugin leaves them there when an API
 * server has taken them: stand-ins have none. The plugin itself has to be in the state.
 */
export function pretendLabelsAreMade(stack: TestStack): void {
    const { steps } = JSON.parse(stack.planFile()) as { steps: { op: string; newState: State }[] };
    const labels = steps.filter(({ newState }) => newState?.type === "kubernetes:core/v1:NodePatch");
    const state = JSON.parse(stack.export()) as { deployment: { resources: State[] } };
    const { resources } = state.deployment;
    const plugin = resources.find(({ type }) => type === "pulumi:providers:kubernetes") as State;
    for (const { newState } of labels) {
        const { inputs } = newState;
        const own = { __fieldManager: "pulumi-kubernetes", __initialApiVersion: "v1", __inputs: inputs };
        resources.push({
            ...newState,
            id: inputs.metadata.name,
            outputs: { ...inputs, ...own },
            provider: `${plugin.urn}::${plugin.id}`,
        });
    }
    stack.import(JSON.stringify(state));
}
