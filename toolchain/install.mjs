// Installs the npm packages of package-lock.json when they are not there yet, so that every `npm run` works straight after a clone.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const marker = join(project, "node_modules", ".installed-lock");
const lock = createHash("sha256")
    .update(readFileSync(join(project, "package-lock.json")))
    .digest("hex");

if (!existsSync(marker) || readFileSync(marker, "utf8") !== lock) {
    console.log("Installing the npm packages of package-lock.json …");
    const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: project,
        stdio: "inherit",
    });
    if (status !== 0) {
        console.error(
            "npm ci failed (its words are above). Check that the npm registry can be reached, then run this again.",
        );
        process.exit(1);
    }
    writeFileSync(marker, lock);
}
