/**
 * The SDK asks for a stack trace at every registration and for every promise, has each mapped to TypeScript, and the state
 * keeps those of registrations: a third of a large program's time, and 2 KB of state for each resource. The errors that it
 * makes for this have no words. They get no trace any more; errors that say something keep theirs.
 */
export function traceErrorsOnly(): void {
    const prepare = Error.prepareStackTrace ?? plainTrace;
    Error.prepareStackTrace = (error, frames) => (error.message === "" ? String(error) : prepare(error, frames));
}

function plainTrace(error: Error, frames: NodeJS.CallSite[]): string {
    return [String(error), ...frames].join("\n    at ");
}
