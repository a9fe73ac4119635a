import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Mistake } from "../config/configError";
import type { NamedFile } from "../config/sshEndpoint";

/** Stands in a preview for the content of a file that only `pulumi up` needs. */
export const unknownText = pulumi.output(pulumi.unknown as unknown as string);

/** The files that a configuration names, relative to the project or, after "~/", to the home folder. */
export class ProjectFiles {
    private readonly unread = new Map<string, Mistake>();

    /** A file's text; undefined when it cannot be read, which is noted. */
    read({ file, path }: NamedFile): string | undefined {
        try {
            return readFileSync(file.startsWith("~/") ? join(homedir(), file.slice(2)) : file, "utf8");
        } catch (error) {
            const words = `${JSON.stringify(file)} ${sayWhy(error as NodeJS.ErrnoException)}`;
            this.unread.set(file, this.unread.get(file) ?? { path, words });
            return undefined;
        }
    }

    /** Each file that could not be read, once. */
    mistakes(): Mistake[] {
        return [...this.unread.values()];
    }
}

function sayWhy({ code, message }: NodeJS.ErrnoException): string {
    return code === "ENOENT" ? "is not there (paths are relative to the project)" : `cannot be read: ${message}`;
}
