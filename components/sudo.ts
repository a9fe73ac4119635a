import * as pulumi from "@pulumi/pulumi";

/** How a step becomes root: it is already, sudo asks for nothing, or sudo is handed a password. */
export type Elevation = { how: "root" | "passwordless" } | { how: "password"; password: pulumi.Input<string> };

/**
 * Runs a command with sudo whose password is on stdin, as the first two lines, with an empty line after them:
 * 1. The first line goes to `sudo --validate` alone, so that a wrong password is one failed attempt and not three.
 * 2. The second is for the command's own sudo. Where that does not ask (NOPASSWD), the line is still there: everything up
 *    to the empty line is skipped.
 * With -k no earlier login counts and none is remembered. The shell's printf is no process: nothing shows the password.
 */
const withPassword = [
    'IFS= read -r p; printf "%s\\n" "$p" | sudo -k -S -p "" -v',
    'exec sudo -k -S -p "" sh -c "while read -r l && [ \\"\\$l\\" ]; do :; done; exec \\"\\$0\\" \\"\\$@\\"" "$0" "$@"',
].join(" && ");

/** The command as root. */
export function asRoot(command: string, { how }: Elevation): string {
    switch (how) {
        case "root":
            return command;
        case "passwordless":
            return `sudo -n ${command}`;
        case "password":
            return `sh -c '${withPassword}' ${command}`;
    }
}

/** How a step becomes root, told by its command and stdin: `asRoot` and `stdinFor` backwards. */
export function elevationOf(command: string, stdin: string): Elevation {
    if (command.startsWith(asRoot("", { how: "passwordless" }))) {
        return { how: "passwordless" };
    }
    const asked = command.startsWith(asRoot("", { how: "password", password: "" }));
    return asked ? { how: "password", password: stdin.split("\n", 1)[0] } : { how: "root" };
}

/** The command's stdin, with what sudo wants of it. */
export function stdinFor(stdin: pulumi.Input<string>, elevation: Elevation): pulumi.Input<string> {
    if (elevation.how !== "password") {
        return stdin;
    }
    const both = pulumi.all([elevation.password, stdin]);
    return pulumi.secret(both.apply(([password, rest]) => `${lineOf(password)}${lineOf(password)}\n${rest}`));
}

/** A line end at the end is none of the password: editors and `echo` leave one. */
function lineOf(password: string): string {
    const line = password.replace(/\r?\n$/, "");
    if (line === "" || /[\r\n\0]/.test(line)) {
        throw new pulumi.RunError(
            "The password for sudo (sudoPassword, sudoPasswords) has to be one line, and not empty",
        );
    }
    return `${line}\n`;
}
