import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import { cacheRoot } from "../../../toolchain/cache";
import { temporaryCache } from "./temporaryCache";

describe("the cache", () => {
    const { folder } = temporaryCache();

    it("is where KUBEADM_HA_CACHE says, else in the XDG cache folder, else in ~/.cache", () => {
        const { XDG_CACHE_HOME } = process.env;
        try {
            assert.equal(cacheRoot(), join(folder(), "cache"));
            delete process.env.KUBEADM_HA_CACHE;
            process.env.XDG_CACHE_HOME = "/elsewhere";
            assert.equal(cacheRoot(), "/elsewhere/kubeadm-ha");
            delete process.env.XDG_CACHE_HOME;
            assert.equal(cacheRoot(), join(homedir(), ".cache", "kubeadm-ha"));
        } finally {
            if (XDG_CACHE_HOME !== undefined) {
                process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
            }
        }
    });
});
