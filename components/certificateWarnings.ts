import type { CompleteClusterConfig } from "../config/schema";

const day = 24 * 3600 * 1000;

/**
 * What a person should know of certificates that end soon: a sentence for each master.
 * @param ends when the first certificate of each master ends, RFC 3339; empty where that is not known
 * @param clock URN of what tells that certificates are due (RenewalClock)
 */
export function certificateWarnings(
    ends: Record<string, string>,
    { renewBeforeDays, warnBeforeDays }: CompleteClusterConfig["certificates"],
    clock: string,
    now = Date.now(),
): string[] {
    const daysLeft = (end: string) => Math.floor((Date.parse(end) - now) / day);
    return Object.entries(ends)
        .filter(([, end]) => end && daysLeft(end) < warnBeforeDays)
        .map(([master, end]) => {
            const ended = daysLeft(end) < 0;
            const what = `${master}: the first of its certificates ${ended ? "has ended" : "ends"} at ${end}${ended ? "" : ` (in ${daysLeft(end)} days)`}`;
            return daysLeft(end) < renewBeforeDays
                ? `${what}; renew them: pulumi up --replace '${clock}'`
                : `${what}; 'pulumi up' renews them from ${renewBeforeDays} days before that on`;
        });
}
