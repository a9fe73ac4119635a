/** Seconds in words: 0.4 s, 12 s, 3 min 4 s. */
export function inWords(seconds: number): string {
    if (seconds < 10) {
        return `${seconds.toFixed(1)} s`;
    }
    const whole = Math.round(seconds);
    return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
