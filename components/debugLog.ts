import log = require("@pulumi/pulumi/log");

type Debug = typeof log.debug;

let guarded = false;

/**
 * Keeps secrets out of what `--debug` and `-v` print: the SDK writes what the engine answers to its debug log, and with it the
 * outputs of every resource and of the stack, private keys among them. Names, types and errors stay.
 */
export function keepSecretsOutOfDebugLog(): void {
    if (guarded) {
        return;
    }
    guarded = true;
    const original: Debug = log.debug;
    const debug: Debug = (message, ...rest) => original(withoutOutputs(message), ...rest);
    // The SDK's own modules call it through the module's exports.
    Object.assign(log, { debug });
}

/** "RegisterResource RPC finished: NAME; err: ERROR, resp: …" without what comes after "resp:". */
export function withoutOutputs(message: string): string {
    return message.replace(/\bresp: .*/s, "resp: (left out: it may hold secrets)");
}
