/** A file on its way to a host. */
export interface DeliveredFile {
    /** Absolute path on the host. */
    path: string;
    /** Octal, as for chmod: "0600". */
    mode: string;
    content: string;
}

/**
 * Files as one text for a step's stdin; `receive_files` in hosts/lib/receive.sh is the other end.
 * The last line tells that all have come: a host must not take the half of its PKI for the whole, and make the rest itself.
 * Plain lines, so that a preview shows which line of which file changes.
 */
export function deliver(files: DeliveredFile[]): string {
    return `${files.map(deliverOne).join("")}#last\n`;
}

function deliverOne({ path, mode, content }: DeliveredFile): string {
    const text = content.endsWith("\n") ? content : `${content}\n`;
    if (/^#end$/m.test(text)) {
        throw new Error(`The content of ${path} has a line "#end", which ends a file on its way to a host`);
    }
    return `#file ${mode} ${path}\n${text}#end\n`;
}

/** Contents of files that a host has written in the same form (hosts/lib/receive.sh, `send_files`), by their paths. */
export function undeliver(text: string): Record<string, string> {
    if (!text.endsWith("#last\n")) {
        throw new Error("what came from the host is not whole");
    }
    const files = text.matchAll(/^#file \d+ (\S+)\n(.*?)^#end$/gms);
    return Object.fromEntries([...files].map(([, path, content]) => [path, content]));
}
