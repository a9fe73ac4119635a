/**
 * The private keys of a state with its secrets shown (`pulumi stack export --show-secrets`): PEM, and base64 in
 * kubeconfigs. Each is told by one line that nothing else has.
 */
export function privateKeysIn(state: string): string[] {
    const text = state.replace(/\\+n/g, "\n");
    const pem = [...text.matchAll(/BEGIN [A-Z ]*PRIVATE KEY-----\s+(\S{32,})/g)];
    const base64 = [...text.matchAll(/client-key-data\W+([A-Za-z0-9+/]{64})/g)];
    return [...new Set([...pem, ...base64].map(([, line]) => line))];
}

/** The keys that a text shows, whole or by their mark. */
export function keysShownIn(text: string, keys: string[]): string[] {
    const marks = ["PRIVATE KEY", "client-key-data"];
    return [...marks, ...keys].filter((secret) => text.includes(secret));
}
