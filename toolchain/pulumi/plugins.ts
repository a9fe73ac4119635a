import { chmodSync, copyFileSync, cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildGoProgram } from "../goBuild";
import type { Piece, Workshop } from "../piece";
import { versions } from "../versions";
import { resourcePlugin } from "./plugin";

/** The plugins of the four SDKs that the program uses. */
export const plugins: Piece[] = [
    resourcePlugin({
        name: "tls",
        version: versions.tls,
        recipe: ["pulumi/bridge"],
        build: (into, workshop) => buildBridged("tls", versions.tls, into, workshop),
    }),
    resourcePlugin({
        name: "random",
        version: versions.random,
        recipe: ["pulumi/bridge"],
        build: (into, workshop) => buildBridged("random", versions.random, into, workshop),
    }),
    resourcePlugin({
        name: "kubernetes",
        version: versions.kubernetes,
        recipe: ["pulumi/kubernetes-plugin"],
        build: buildKubernetes,
    }),
    resourcePlugin({
        name: "command",
        version: versions.command,
        recipe: ["command-plugin"],
        build: buildCommandSubstitute,
    }),
];

/** tls and random are Terraform providers behind the bridge; what one has compiled the other does not compile again. */
function buildBridged(name: string, version: string, into: string, workshop: Workshop): Promise<void> {
    const program = `pulumi-resource-${name}`;
    return buildGoProgram(
        {
            module: join(__dirname, "bridge"),
            package: `./cmd/${program}`,
            output: join(into, program),
            variables: { "main.version": version },
            cpuSeconds: 110,
        },
        workshop,
    );
}

/** The official provider's own module, with the schema that it carries. */
async function buildKubernetes(into: string, workshop: Workshop): Promise<void> {
    const module = join(workshop.scratch, "kubernetes-plugin");
    cpSync(join(__dirname, "kubernetes-plugin"), module, { recursive: true });
    const provider = "github.com/pulumi/pulumi-kubernetes/provider/v4";
    workshop.say("fetches the official provider's module");
    await workshop.go(["mod", "download", provider], { cwd: module });
    const source = await workshop.goOutput(["list", "-m", "-f", "{{.Dir}}", provider], { cwd: module });
    for (const file of ["schema.json", "terraform-mapping.json"]) {
        copyFileSync(join(source, "cmd", "pulumi-resource-kubernetes", file), join(module, file));
        chmodSync(join(module, file), 0o644);
    }
    const output = join(into, "pulumi-resource-kubernetes");
    await buildGoProgram(
        { module, package: ".", output, variables: { "main.version": versions.kubernetes }, cpuSeconds: 570 },
        workshop,
    );
}

/** The official plugin's module cannot be had in a usable version: toolchain/command-plugin stands in for it. */
function buildCommandSubstitute(into: string, workshop: Workshop): Promise<void> {
    const output = join(into, "pulumi-resource-command");
    const module = join(dirname(__dirname), "command-plugin");
    return buildGoProgram({ module, package: ".", output, cpuSeconds: 60 }, workshop);
}
