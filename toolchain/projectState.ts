import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The checkout. */
export const projectFolder = dirname(__dirname);

/** What belongs to this checkout and not to git: the back end's files, the passphrase, the labs. */
export function stateFolder(): string {
    return join(projectFolder, ".state");
}

/** Makes the folder of the file back end and the passphrase that the dev stack's secrets are encrypted with, where absent. */
export function ensureProjectState(): void {
    mkdirSync(join(stateFolder(), "pulumi"), { recursive: true, mode: 0o700 });
    if (madePassphrase(join(stateFolder(), "passphrase"))) {
        dropSaltOfAnotherPassphrase(join(projectFolder, "Pulumi.dev.yaml"));
    }
}

/** Of two that come at once only one makes it, and knows. */
function madePassphrase(file: string): boolean {
    if (existsSync(file)) {
        return false;
    }
    try {
        writeFileSync(file, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") {
            return false;
        }
        throw error;
    }
}

/**
 * The engine keeps a salt in the stack's config. One that belongs to another passphrase, of a state folder that is gone,
 * would make every command fail with "incorrect passphrase". A config with secrets of its own is left to the person.
 */
export function dropSaltOfAnotherPassphrase(config: string): void {
    const text = existsSync(config) ? readFileSync(config, "utf8") : "";
    const without = text.replace(/^encryptionsalt:.*\n?/m, "");
    if (without !== text && !/^\s*secure:/m.test(text)) {
        writeFileSync(config, without);
    }
}
