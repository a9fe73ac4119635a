import { strict as assert } from "node:assert";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newestVersion } from "../../toolchain/kubernetes/releases";
import { type Package, packages } from "../support/aptRepository";

/** Lines of outside.md by their field. */
function sources(): Map<string, { value: string; source: string }> {
    const text = readFileSync(join(__dirname, "..", "support", "outside.md"), "utf8");
    const rows = [...text.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].slice(1);
    return new Map(rows.map(([, field, value, source]) => [field, { value, source }]));
}

/** A field of a package as outside.md writes it; undefined for one that is empty. */
function shown(each: Package, field: keyof Omit<Package, "name">): string | undefined {
    switch (field) {
        case "programs":
            return Object.values(each.programs)
                .map((path) => path.replace(/^opt\/cni\/bin\/.*/, "opt/cni/bin/*"))
                .filter((path, index, all) => all.indexOf(path) === index)
                .join(", ");
        case "files":
            return Object.keys(each.files).join(", ") || undefined;
        case "version":
        case "afterwards":
            return each[field];
        default:
            return each[field].join(", ") || undefined;
    }
}

describe("the stand-in for the official apt repositories", () => {
    let bundle: string;
    let all: Package[];
    before(() => {
        bundle = mkdtempSync(join(tmpdir(), "outside-"));
        mkdirSync(join(bundle, "cni"));
        writeFileSync(join(bundle, "cni", "bridge"), "");
        all = packages(bundle, newestVersion.kubernetes, "2.3.3");
    });
    after(() => rmSync(bundle, { recursive: true }));

    it("has a line in outside.md, with an upstream source, for every field of every package", () => {
        const known = sources();
        const fields = ["version", "depends", "provides", "conflicts", "replaces", "programs", "files", "conffiles"];
        for (const each of all) {
            for (const field of [...fields, "afterwards"] as (keyof Omit<Package, "name">)[]) {
                const value = shown(each, field);
                const line = known.get(`${each.name} ${field}`);
                assert.equal(line?.value === "none" ? undefined : line?.value, value, `${each.name} ${field}`);
                assert.ok(value === undefined || (line?.source.length ?? 0) > 20, `${each.name} ${field}: no source`);
            }
        }
    });

    it("gives kubeadm no dependency: nothing brings crictl along", () => {
        const depended = all.flatMap(({ depends }) => depends.map((one) => one.split(" ")[0]));
        assert.ok(!depended.includes("cri-tools"));
        assert.ok(
            all.some(({ name, programs }) => name === "cri-tools" && programs["bin/crictl"] === "usr/bin/crictl"),
        );
    });
});
