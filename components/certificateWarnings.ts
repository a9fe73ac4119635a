import type { CompleteClusterConfig } from "../config/schema";

const day = 24 * 3600 * 1000;

/** When certificates end, RFC 3339, by whose or which they are; empty where that is not known. */
export type Ends = Record<string, string>;

/**
 * What a person should know of certificates that end soon: a sentence for each master.
 * @param ends when the first certificate of each master ends
 * @param clock URN of what tells that certificates are due (RenewalClock)
 * @param adopted whether the cluster was taken over: certificates of before that are none that the clock knows
 */
export function certificateWarnings(
    ends: Ends,
    { renewBeforeDays, warnBeforeDays }: CompleteClusterConfig["certificates"],
    clock: string,
    adopted = false,
    now = Date.now(),
): string[] {
    const replace = `pulumi up --replace '${clock}'`;
    return endingSoon(ends, warnBeforeDays, now).map(({ name, left, words }) => {
        const what = `${name}: the first of its certificates ${words}`;
        if (left < renewBeforeDays) {
            return `${what}; renew them: ${replace}`;
        }
        const unless = adopted ? `, unless they are of before the cluster was taken over; then: ${replace}` : "";
        return `${what}; 'pulumi up' renews them from ${renewBeforeDays} days before that on${unless}`;
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
