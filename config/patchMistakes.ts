import { parseAllDocuments } from "yaml";
import type { Mistake } from "./configError";
import { absenceOf } from "./fileMistakes";
import { type Patches, targetOf } from "./kubeadmPatches";
import { placedNodes } from "./placedNodes";
import type { CompleteClusterConfig } from "./schema";
import { sayPath } from "./settingPath";
import { textOf } from "./textOrFile";

/** Patches of kubeadm that cannot be applied: their file is away, they are no YAML, or their target is not on the host. */
export function patchMistakes(config: CompleteClusterConfig): Mistake[] {
    return [
        ...contentMistakes("cluster.kubeadm.patches", config.kubeadm.patches),
        ...placedNodes(config).flatMap(({ path, role, node: { kubeadm } }) => [
            ...contentMistakes(`${path}.kubeadm.patches`, kubeadm.patches),
            ...(role === "worker" ? targetMistakes(`${path}.kubeadm.patches`, kubeadm.patches) : []),
        ]),
    ];
}

function contentMistakes(root: string, patches: Patches): Mistake[] {
    return Object.entries(patches).flatMap(([name, patch]) => {
        const path = sayPath(root, [name]);
        const absence = absenceOf(patch, path, "./kube-apiserver.yaml");
        if (absence) {
            return [absence];
        }
        const fault = faultIn(name, textOf(patch));
        return fault ? [{ path, words: fault }] : [];
    });
}

function faultIn(name: string, text: string): string | undefined {
    const documents = parseAllDocuments(text);
    const error = documents.flatMap(({ errors }) => errors)[0];
    if (error) {
        return `is not YAML: ${error.message.split("\n")[0].replace(/:$/, "")}`;
    }
    const patches = documents.map((document) => document.toJS() as unknown).filter((patch) => patch !== null);
    if (patches.length === 0) {
        return "is empty; a patch is wanted";
    }
    const isList = name.includes("+json");
    if (patches.every((patch) => typeof patch === "object" && Array.isArray(patch) === isList)) {
        return undefined;
    }
    return isList
        ? "is not a list of operations, which a +json patch is (op, path, value)"
        : "is not a mapping (key: value), which a strategic or merge patch is";
}

function targetMistakes(root: string, patches: Patches): Mistake[] {
    return Object.keys(patches)
        .filter((name) => targetOf(name) !== "kubeletconfiguration")
        .map((name) => ({
            path: sayPath(root, [name]),
            words: `is for ${targetOf(name)}, which a worker does not have`,
            example: "kubeletconfiguration.yaml",
        }));
}
