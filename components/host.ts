import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type DeliveredFile, deliver } from "./delivery";
import { allScripts, hostScripts } from "./hostScripts";
import type { SshAccess } from "./sshAccess";
import { asRoot, type Elevation, stdinFor } from "./sudo";

const scriptsFolder = "/usr/local/lib/kubeadm-ha";

/** Puts the scripts of hosts/ in their place and goes on with the first step; the scripts are stdin's first line. */
const unpack = `read -r s && mkdir -p ${scriptsFolder} && echo "$s" | base64 -d | tar -xzC ${scriptsFolder}`;

/**
 * Runs again where a join that is done, and was given what is another in every run, is reached in another way. What it was given
 * then is of before, a password for sudo included: so it takes no stdin, and needs no rights.
 */
const isDone =
    `sh -c '[ -e /var/lib/kubeadm-ha/joined ] || { echo "This host has not joined: the entry of this name was that of another one. ` +
    `Take the entry away, run pulumi up, and add it anew; where the other host is dead, declare it lost before." >&2; exit 1; }'`;

export interface StepOptions extends pulumi.CustomResourceOptions {
    /** The step that undoes it when the resource is removed. */
    delete?: string;
    /** A join that nothing but its host matters to, once it is done. */
    once?: boolean;
}

export interface FirstStepOptions extends StepOptions {
    /** What the resource is called after the host. Default: as the step. */
    resource?: string;
    /** The scripts that the host needs. Default: all. */
    scripts?: string[];
}

export interface LastStepOptions extends pulumi.CustomResourceOptions {
    /** What the resource is called after the host. Default: as the step. */
    resource?: string;
    /** Step, with its argument, that runs as often as something changes. Default: none. */
    update?: string;
}

/**
 * A host as the steps see it: connection, sudo, names of resources and the way files get there are decided here, once.
 * A step is a script in hosts/steps; it looks, acts only where needed, and can be run again at any time.
 */
export class Host {
    private readonly elevation: Elevation;

    constructor(
        readonly name: string,
        private readonly cluster: string,
        private readonly access: Pick<SshAccess, "connection" | "elevation">,
    ) {
        this.elevation = access.elevation(name);
    }

    /** The first step on a host: brings the scripts of the host's steps along. */
    firstStep(step: string, files: pulumi.Input<DeliveredFile[]>, opts: FirstStepOptions): remote.Command {
        const { delete: last, resource = step, scripts = allScripts(), ...options } = opts;
        const command = this.asRoot(`sh -c '${unpack} && exec ${scriptsFolder}/step ${step}'`);
        const stdin = pulumi
            .all([hostScripts(scripts), files])
            .apply(([archive, known]) => `${archive}\n${deliver(known)}`);
        return this.command(
            this.resourceName(resource),
            { create: command, update: command, delete: last && this.run(last), stdin },
            options,
        );
    }

    /** A step with files on its stdin, which is the only way that secrets take. */
    step(step: string, files: pulumi.Input<DeliveredFile[]>, opts: StepOptions): remote.Command {
        return this.stepNamed(this.resourceName(step), step, files, opts);
    }

    /** A step whose resource must not be named after the host, because it outlives the host. */
    stepNamed(resource: string, step: string, files: pulumi.Input<DeliveredFile[]>, opts: StepOptions): remote.Command {
        const { delete: last, once, ...options } = opts;
        const command = this.run(step);
        const stdin = pulumi.output(files).apply(deliver);
        return this.command(
            resource,
            { create: command, update: once ? isDone : command, delete: last && this.run(last), stdin },
            once ? { ...options, ignoreChanges: ["stdin"] } : options,
        );
    }

    /** A step that runs when the host leaves: creating it opens no connection. */
    lastStep(step: string, files: pulumi.Input<DeliveredFile[]>, opts: LastStepOptions): remote.Command {
        const { resource = step, update, ...options } = opts;
        return this.command(
            this.resourceName(resource),
            {
                update: update && this.run(update),
                delete: this.run(step),
                stdin: pulumi.output(files).apply(deliver),
            },
            options,
        );
    }

    /** A step that runs as often as the command changes, and not when the resource, of this full name, is created. */
    stepOfLiving(resource: string, update: string, opts: pulumi.CustomResourceOptions): remote.Command {
        return this.command(resource, { update: this.run(update), stdin: deliver([]) }, opts);
    }

    private run(step: string): string {
        return this.asRoot(`${scriptsFolder}/step ${step}`);
    }

    private asRoot(command: string): string {
        return asRoot(command, this.elevation);
    }

    private resourceName(step: string): string {
        return `${this.cluster}-${this.name}-${step}`;
    }

    private command(
        resource: string,
        args: Pick<remote.CommandArgs, "create" | "update" | "delete"> & { stdin: pulumi.Input<string> },
        opts: pulumi.CustomResourceOptions,
    ): remote.Command {
        return new remote.Command(
            resource,
            {
                ...args,
                stdin: stdinFor(args.stdin, this.elevation),
                connection: this.access.connection(this.name),
                // What a step says goes to stderr and is streamed; it never says a secret.
                logging: "stderr",
                addPreviousOutputInEnv: false,
            },
            opts,
        );
    }
}
