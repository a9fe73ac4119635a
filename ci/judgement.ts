import { type CheckOptions, checkPlan, type Finding } from "./checkPlan";
import { partsOf } from "./part";
import { readPlan } from "./plan";
import { planInWords } from "./planInWords";

export interface Judgement {
    passes: boolean;
    /** Markdown for a pull request: what the plan does, and why it is refused. */
    words: string;
}

/**
 * What CI says of a plan.
 * @param text what `pulumi preview --json` wrote
 * @throws Error that says why the text is no plan that can be judged
 */
export function judgePlan(text: string, options: CheckOptions): Judgement {
    const plan = readPlan(text);
    const parts = partsOf(plan.resources);
    const findings = checkPlan(parts, options);
    const passes = findings.length === 0;
    return { passes, words: planInWords(plan, parts) + (passes ? "" : `\n${refusal(findings)}`) };
}

function refusal(findings: Finding[]): string {
    const reasons = findings.map(({ words }) => `- ${words}`);
    const next = findings.every(({ canBeAllowed }) => canBeAllowed)
        ? "If they are meant to go: set the label, or run check-plan with --allow-removing-masters."
        : "No label allows that the founding, the PKI or all of etcd goes, nor an upgrade that Kubernetes does not support.";
    return ["**Refused:**", "", ...reasons, "", next, ""].join("\n");
}
