import assert from "node:assert/strict";
import { ensureTools, missingTools } from "../../../toolchain/buildTools";
import { temporaryCache } from "./temporaryCache";

describe("build tools", () => {
    const { folder } = temporaryCache();
    const { PATH } = process.env;
    const { getuid } = process;

    beforeEach(() => {
        process.env.PATH = folder();
    });
    afterEach(() => {
        process.env.PATH = PATH;
        process.getuid = getuid;
    });

    it("are looked for on PATH", () => {
        assert.deepEqual(missingTools(["mmdebstrap", "jq", "mmdebstrap"]), ["mmdebstrap", "jq"]);
        process.env.PATH = PATH;
        assert.deepEqual(missingTools(["tar"]), []);
    });

    it("are named all at once, with their packages, to somebody who is not root", () => {
        process.getuid = () => 1000;
        assert.throws(
            () => ensureTools(["mmdebstrap", "ssh-keygen", "shellcheck"]),
            /lacks mmdebstrap, ssh-keygen, shellcheck(.|\n)*mmdebstrap openssh-client shellcheck/,
        );
    });

    it("are left alone when all are there", () => {
        process.env.PATH = PATH;
        ensureTools(["tar"], () => assert.fail("nothing to say"));
    });
});
