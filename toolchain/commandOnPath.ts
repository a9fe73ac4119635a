import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where administrators' programs are; not on the PATH of every login. */
const administratorsFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The full path of a command, looked for on PATH and in the folders of administrators' programs; undefined when absent. */
export function commandOnPath(command: string): string | undefined {
    const folders = [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), ...administratorsFolders];
    return folders.map((folder) => join(folder, command)).find(isProgram);
}

function isProgram(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
    } catch {
        return false;
    }
}
