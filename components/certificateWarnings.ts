import type { CompleteClusterConfig } from "../config/schema";

const day = 24 * 3600 * 1000;

/** When certificates end, RFC 3339, by whose or which they are; empty where that is not known. */
export type Ends = Record<string, string>;

/**
 * What a person should know of certificates that end soon: a sentence for each master.
 * @param ends when the first certificate of each master ends
 * @param clock URN of what tells that certificates are due (RenewalClock)
 */
export function certificateWarnings(
    ends: Ends,
    { renewBeforeDays, warnBeforeDays }: CompleteClusterConfig["certificates"],
    clock: string,
    now = Date.now(),
): string[] {
    return endingSoon(ends, warnBeforeDays, now).map(({ name, left, words }) => {
        const what = `${name}: the first of its certificates ${words}`;
        return left < renewBeforeDays
            ? `${what}; renew them: pulumi up --replace '${clock}'`
            : `${what}; 'pulumi up' renews them from ${renewBeforeDays} days before that on`;
    });
}

/** The same of the CAs, and of a user's own certificate, which no `pulumi up` renews. */
export function lastingCertificateWarnings(ends: Ends, warnBeforeDays: number, now = Date.now()): string[] {
    return endingSoon(ends, warnBeforeDays, now).map(
        ({ name, words }) => `${name} ${words}, and nothing renews it by itself: see "Certificates" in the README`,
    );
}

function endingSoon(ends: Ends, warnBeforeDays: number, now: number): { name: string; left: number; words: string }[] {
    return Object.entries(ends)
        .map(([name, end]) => ({ name, end, left: Math.floor((Date.parse(end) - now) / day) }))
        .filter(({ end, left }) => end && left < warnBeforeDays)
        .map(({ name, end, left }) => ({
            name,
            left,
            words: left < 0 ? `has ended at ${end}` : `ends at ${end} (in ${left} days)`,
        }));
}
