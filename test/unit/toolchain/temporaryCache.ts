import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Piece, type Source, SourceRefused } from "../../../toolchain/piece";

/** A cache of its own for every test of the suite that calls this, and a folder for its recipes. */
export function temporaryCache(): { folder(): string; recipe(content: string): string } {
    let folder = "";
    let before: string | undefined;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "kubeadm-ha-test-"));
        before = process.env.KUBEADM_HA_CACHE;
        process.env.KUBEADM_HA_CACHE = join(folder, "cache");
    });
    afterEach(() => {
        if (before === undefined) {
            delete process.env.KUBEADM_HA_CACHE;
        } else {
            process.env.KUBEADM_HA_CACHE = before;
        }
        rmSync(folder, { recursive: true, force: true });
    });
    return {
        folder: () => folder,
        recipe(content) {
            mkdirSync(join(folder, "recipe"), { recursive: true });
            writeFileSync(join(folder, "recipe", "versions.txt"), content);
            return join(folder, "recipe");
        },
    };
}

/** A piece that consists of one file with a greeting. */
export function greeting(recipe: string, changes: Partial<Piece> = {}): Piece {
    return {
        name: "greeting",
        version: "1.0.0",
        recipe: [recipe],
        buildTools: [],
        sources: [writes("hello")],
        ...changes,
    };
}

/** A source that writes words into the piece's file. */
export function writes(words: string): Source {
    return {
        title: "written here",
        async make(into) {
            writeFileSync(join(into, "greeting.txt"), words);
        },
    };
}

/** A source that cannot give the piece. */
export function refuses(title: string, reason: string): Source {
    return {
        title,
        async make() {
            throw new SourceRefused(reason);
        },
    };
}
