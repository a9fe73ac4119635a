import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finishedBundle } from "../../../toolchain/kubernetes/finishedBundle";
import { newestVersion as version } from "../../../toolchain/kubernetes/releases";
import { writeSha256Sums } from "../../../toolchain/kubernetes/sha256Sums";
import type { Workshop } from "../../../toolchain/piece";

describe("a finished bundle on this machine", () => {
    const before = process.env.KUBEADM_HA_BUNDLE;
    const workshop = { say: () => {} } as unknown as Workshop;
    let folder: string;
    let into: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "bundle-"));
        into = mkdtempSync(join(tmpdir(), "piece-"));
        process.env.KUBEADM_HA_BUNDLE = folder;
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
        rmSync(into, { recursive: true });
        if (before === undefined) {
            delete process.env.KUBEADM_HA_BUNDLE;
        } else {
            process.env.KUBEADM_HA_BUNDLE = before;
        }
    });

    async function fill(kubernetes: string): Promise<void> {
        mkdirSync(join(folder, "bin"));
        mkdirSync(join(folder, "images"));
        writeFileSync(join(folder, "bin", "kubeadm"), `#!/bin/sh\necho v${kubernetes}\n`, { mode: 0o755 });
        writeFileSync(join(folder, "images", "node.tar"), "images");
        await writeSha256Sums(folder);
    }

    it("is copied, with its sums", async () => {
        await fill(version.kubernetes);
        await finishedBundle(version).make(into, workshop);
        assert.deepEqual(readdirSync(into).sort(), ["SHA256SUMS", "bin", "images"]);
        assert.equal(readFileSync(join(into, "images", "node.tar"), "utf8"), "images");
    });

    it("is refused when it is of another Kubernetes version", async () => {
        await fill("1.2.3");
        await assert.rejects(finishedBundle(version).make(into, workshop), {
            name: "SourceRefused",
            message: /has Kubernetes v1\.2\.3, not v/,
        });
    });

    it("is refused when none is named", async () => {
        delete process.env.KUBEADM_HA_BUNDLE;
        await assert.rejects(finishedBundle(version).make(into, workshop), { name: "SourceRefused" });
    });

    it("is an error, not a reason to look elsewhere, when it is damaged", async () => {
        await fill(version.kubernetes);
        writeFileSync(join(folder, "images", "node.tar"), "broken");
        await assert.rejects(finishedBundle(version).make(into, workshop), {
            name: "Error",
            message: /node\.tar is not/,
        });
    });

    it("is an error when the folder holds no bundle", async () => {
        await assert.rejects(finishedBundle(version).make(into, workshop), { name: "Error", message: /is no bundle/ });
    });
});
