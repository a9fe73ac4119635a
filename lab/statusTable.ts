import { table } from "../toolchain/table";
import type { LabHostStatus } from "./lab";

/** One line per host under titles, in columns. */
export function statusTable(hosts: LabHostStatus[]): string {
    return table(["HOST", "ADDRESS", "STATE", "UPTIME", "MEMORY", "NETWORK"], hosts.map(row));
}

function row({ name, address, on, uptime, memory, cut }: LabHostStatus): string[] {
    return [
        name,
        address,
        on ? "on" : "off",
        uptime === undefined ? "-" : duration(uptime),
        memory === undefined ? "-" : `${Math.round(memory / 1024 / 1024)} MiB`,
        cut ? "cut" : "ok",
    ];
}

/** "42 s", "7 min 3 s", "5 h 12 min", "2 d 3 h": two units are enough to see how old a host is. */
function duration(seconds: number): string {
    const units = [
        { name: "d", size: 86_400 },
        { name: "h", size: 3_600 },
        { name: "min", size: 60 },
        { name: "s", size: 1 },
    ];
    let rest = Math.floor(seconds);
    const parts: string[] = [];
    for (const { name, size } of units) {
        if (rest >= size) {
            parts.push(`${Math.floor(rest / size)} ${name}`);
            rest %= size;
        }
    }
    return parts.slice(0, 2).join(" ") || "0 s";
}
