import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheRoot } from "./cache";

/** Where administrators' programs are; not on the PATH of every login. */
const administratorsFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The full path of a command, looked for on PATH and in the folders of administrators' programs; undefined when absent. */
export function commandOnPath(command: string): string | undefined {
    return searchPath()
        .map((folder) => join(folder, command))
        .find(isProgram);
}

/** The same without what we made ourselves: a piece must not be made from an older make of itself that is on PATH. */
export function commandOfTheMachine(command: string): string | undefined {
    return searchPath()
        .filter((folder) => !folder.startsWith(cacheRoot()))
        .map((folder) => join(folder, command))
        .find(isProgram);
}

function searchPath(): string[] {
    return [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), ...administratorsFolders];
}

function isProgram(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
    } catch {
        return false;
    }
}
