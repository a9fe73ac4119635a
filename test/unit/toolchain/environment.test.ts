import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pieceFolder, pulumiEnvironment } from "../../../toolchain/locate";
import { pieceNamed, piecePlaces } from "../../../toolchain/piecePlaces";
import { pieces } from "../../../toolchain/pieces";
import { dropSaltOfAnotherPassphrase, stateFolder } from "../../../toolchain/projectState";
import { temporaryCache } from "./temporaryCache";

describe("the engine's environment", () => {
    const { folder } = temporaryCache();
    const exported = { ...process.env };

    const engineFolder = () => piecePlaces(pieceNamed("pulumi", pieces), pieces).finished;

    beforeEach(() => {
        for (const name of Object.keys(process.env).filter((each) => each.startsWith("PULUMI_"))) {
            delete process.env[name];
        }
        mkdirSync(engineFolder(), { recursive: true });
    });
    afterEach(() => {
        const cache = process.env.KUBEADM_HA_CACHE;
        process.env = { ...exported, KUBEADM_HA_CACHE: cache };
    });

    it("keeps state and passphrase in the project, plugins in the cache, and asks nobody for updates", () => {
        const environment = pulumiEnvironment();
        assert.equal(environment.PATH?.split(":")[0], join(engineFolder(), "bin"));
        assert.equal(environment.PULUMI_HOME, join(folder(), "cache", "pulumi-home"));
        assert.equal(environment.PULUMI_BACKEND_URL, `file://${join(stateFolder(), "pulumi")}`);
        assert.equal(environment.PULUMI_CONFIG_PASSPHRASE_FILE, join(stateFolder(), "passphrase"));
        assert.equal(environment.PULUMI_SKIP_UPDATE_CHECK, "true");
        assert.equal(environment.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION, "true");
    });

    it("leaves back end and passphrase as the person has exported them", () => {
        process.env.PULUMI_BACKEND_URL = "s3://states";
        process.env.PULUMI_CONFIG_PASSPHRASE = "";
        const environment = pulumiEnvironment();
        assert.equal(environment.PULUMI_BACKEND_URL, "s3://states");
        assert.equal(environment.PULUMI_CONFIG_PASSPHRASE, "");
        assert.equal(environment.PULUMI_CONFIG_PASSPHRASE_FILE, undefined);
    });

    it("takes a test's own back end and passphrase before everything else", () => {
        process.env.PULUMI_BACKEND_URL = "s3://states";
        process.env.PULUMI_CONFIG_PASSPHRASE = "exported";
        const environment = pulumiEnvironment({ backend: "file:///tmp/test", passphraseFile: "/tmp/test/passphrase" });
        assert.equal(environment.PULUMI_BACKEND_URL, "file:///tmp/test");
        assert.equal(environment.PULUMI_CONFIG_PASSPHRASE, undefined);
        assert.equal(environment.PULUMI_CONFIG_PASSPHRASE_FILE, "/tmp/test/passphrase");
    });

    it("is an error that says what to run when a piece has not been made", () => {
        assert.throws(
            () => pieceFolder("pulumi-resource-tls"),
            /has not been made.*npm run toolchain -- pulumi-resource-tls/,
        );
    });

    it("drops the salt of a lost passphrase from a config without secrets, and nothing else", () => {
        const config = join(folder(), "Pulumi.dev.yaml");
        const plain = "config:\n  kubeadm-ha:masterCount: 3\n";
        writeFileSync(config, `${plain}encryptionsalt: v1:abc=:v1:def\n`);
        dropSaltOfAnotherPassphrase(config);
        assert.equal(readFileSync(config, "utf8"), plain);
        const withSecret = "config:\n  kubeadm-ha:password:\n    secure: v1:x\nencryptionsalt: v1:abc=\n";
        writeFileSync(config, withSecret);
        dropSaltOfAnotherPassphrase(config);
        assert.equal(readFileSync(config, "utf8"), withSecret);
    });
});
