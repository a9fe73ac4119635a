import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
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
    try {
        writeFileSync(join(stateFolder(), "passphrase"), `${randomBytes(24).toString("base64url")}\n`, {
            mode: 0o600,
            flag: "wx",
        });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
            throw error;
        }
    }
}
