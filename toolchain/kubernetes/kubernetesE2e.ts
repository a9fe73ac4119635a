import { join } from "node:path";
import type { Piece, Source } from "../piece";
import { buildFlags } from "./buildPart";
import { kubernetesModule, kubernetesTags } from "./goParts";

/** The newest version that there is a bundle of: the suite is run against its clusters. */
const version = "1.36.3";

/** kubeadm's own end-to-end tests, of the same sources as the bundle. They are published nowhere as a program. */
export const kubernetesE2e: Piece = {
    name: "kubernetes-e2e",
    version,
    recipe: ["kubernetes/kubernetesE2e.ts", "kubernetes/buildPart.ts", `kubernetes/${kubernetesModule(version)}`],
    buildTools: ["go"],
    sources: [builtSuite()],
};

function builtSuite(): Source {
    return {
        title: "build from Go modules",
        async make(into, workshop) {
            const flags = buildFlags({ tags: kubernetesTags });
            await workshop.go(
                ["test", "-c", ...flags, "-o", join(into, "e2e_kubeadm.test"), "k8s.io/kubernetes/test/e2e_kubeadm"],
                { cwd: join(__dirname, kubernetesModule(version)) },
            );
        },
    };
}
