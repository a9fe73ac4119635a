import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { DeliveredFile } from "./delivery";

/** Where a host finds the password, in its memory, for as long as the step runs. */
const path = "/run/kubeadm-ha/seal";

/**
 * A way for secrets from a host to here: the engine prints all that a failed command has written. The host encrypts them, as
 * hosts/lib/seal.sh does, with a password that came on stdin.
 */
export class Seal {
    private readonly password: pulumi.Output<string>;

    constructor(name: string, opts: pulumi.CustomResourceOptions) {
        this.password = new random.RandomPassword(name, { length: 48, special: false }, opts).result;
    }

    /** The password as a file of the host: secret. */
    get file(): pulumi.Output<DeliveredFile> {
        return pulumi.secret(this.password.apply((content) => ({ path, mode: "0600", content })));
    }

    /** What the host has sealed: secret. */
    open(sealed: pulumi.Output<string>): pulumi.Output<string> {
        return pulumi.secret(pulumi.all([sealed, this.password]).apply(([text, password]) => unseal(text, password)));
    }
}

/** Undoes `openssl enc -aes-256-cbc -pbkdf2 -iter 10000 -md sha256 -base64`. */
export function unseal(sealed: string, password: string): string {
    const bytes = Buffer.from(sealed, "base64");
    if (bytes.subarray(0, 8).toString("latin1") !== "Salted__") {
        throw new Error("what the host has sealed is not in the form of openssl enc");
    }
    const salt = bytes.subarray(8, 16);
    const keyAndVector = pbkdf2Sync(password, salt, 10_000, 48, "sha256");
    const decipher = createDecipheriv("aes-256-cbc", keyAndVector.subarray(0, 32), keyAndVector.subarray(32));
    return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString("utf8");
}
