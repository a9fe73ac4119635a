import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type DeliveredFile, deliver } from "./delivery";
import { allScripts, hostScripts, unpackInto } from "./hostScripts";
import type { SshAccess } from "./sshAccess";
import { asRoot, type Elevation, stdinFor } from "./sudo";

const scriptsFolder = "/usr/local/lib/kubeadm-ha";

/**
 * Update command of a join that runs once: it looks whether the host has joined, and changes nothing. The recorded stdin is stale by
 * then, even its password for sudo: it throws it away, and needs no root. Unread, the SSH client would fail with "EOF".
 */
const hasJoined =
    `sh -c 'cat >/dev/null; [ -e /var/lib/kubeadm-ha/joined ] || { echo "This host has not joined: the entry of this name was that of another one. ` +
    `Take the entry away, run pulumi up, and add it anew; where the other host is dead, declare it lost before." >&2; exit 1; }'`;

/**
 * Update command of any other step that runs once in the life of a cluster. It may run on a host that is new in the cluster, and
 * only says that the step is not run again. A state, `ignoreChanges` and the engine are no guard: another command plugin can
 * change inputs in its Check, and then any resource is updated.
 */
function wasDone(step: string): string {
    return `sh -c 'cat >/dev/null; echo "$(uname -n): the step ${step} was done once in the life of this cluster and does not run again" >&2'`;
}

export interface StepOptions extends pulumi.CustomResourceOptions {
    /** The step that undoes it when the resource is removed. */
    delete?: string;
}

/** A step that runs when its resource is created, and never again: changed files do not matter later. */
export interface OnceOptions extends pulumi.CustomResourceOptions {
    /** The host has joined afterwards, which an update looks at. Default: an update looks at nothing. */
    joins?: boolean;
}

/** What a command on a host is made of, beside the name of its resource. */
export type HostCommand = Pick<remote.CommandArgs, "create" | "update" | "delete" | "connection"> & {
    stdin: pulumi.Input<string>;
};

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

    /**
     * @param clusterId the cluster that its steps are for: a host that carries another id refuses them. Default: none, and it
     * refuses nothing.
     */
    constructor(
        readonly name: string,
        private readonly cluster: string,
        private readonly access: Pick<SshAccess, "connection" | "elevation">,
        private readonly clusterId?: pulumi.Output<string>,
    ) {
        this.elevation = access.elevation(name);
    }

    /** The first step on a host: brings the scripts of the host's steps along. */
    firstStep(step: string, files: pulumi.Input<DeliveredFile[]>, opts: FirstStepOptions): remote.Command {
        const { delete: last, resource = step, scripts = allScripts(), ...options } = opts;
        const command = this.unpackAndRun(step);
        const stdin = this.withScripts(scripts, files);
        return this.command(
            this.resourceName(resource),
            { create: command, update: command, delete: last && this.run(last), stdin },
            options,
        );
    }

    /** A first step that runs once. */
    firstStepOnce(
        step: string,
        files: pulumi.Input<DeliveredFile[]>,
        opts: pulumi.CustomResourceOptions,
    ): remote.Command {
        const create = this.unpackAndRun(step);
        const stdin = this.withScripts(allScripts(), files);
        return this.command(this.resourceName(step), { create, update: wasDone(step), stdin }, once(opts));
    }

    /** A step with files on its stdin, which is the only way that secrets take. */
    step(step: string, files: pulumi.Input<DeliveredFile[]>, opts: StepOptions): remote.Command {
        return this.stepNamed(this.resourceName(step), step, files, opts);
    }

    /** A step whose resource must not be named after the host, because it outlives the host. */
    stepNamed(resource: string, step: string, files: pulumi.Input<DeliveredFile[]>, opts: StepOptions): remote.Command {
        const { delete: last, ...options } = opts;
        const command = this.run(step);
        const stdin = this.stdinOf(files);
        return this.command(
            resource,
            { create: command, update: command, delete: last && this.run(last), stdin },
            options,
        );
    }

    /** A step that runs once, with a resource of this full name. */
    stepOnce(
        resource: string,
        step: string,
        files: pulumi.Input<DeliveredFile[]>,
        { joins = false, ...opts }: OnceOptions,
    ): remote.Command {
        const args = this.argsOnce(step, files);
        return this.command(resource, joins ? { ...args, update: hasJoined } : args, once(opts));
    }

    /** The command of a step that runs once, where the resource is not this host's (components/initHost.ts). */
    commandOnce(step: string, files: pulumi.Input<DeliveredFile[]>): HostCommand {
        return this.complete(this.argsOnce(step, files));
    }

    private argsOnce(step: string, files: pulumi.Input<DeliveredFile[]>): Omit<HostCommand, "connection"> {
        return { create: this.run(step), update: wasDone(step), stdin: this.stdinOf(files) };
    }

    /** A step that runs when the host leaves: creating it opens no connection. */
    lastStep(step: string, files: pulumi.Input<DeliveredFile[]>, opts: LastStepOptions): remote.Command {
        const { resource = step, update, ...options } = opts;
        return this.command(
            this.resourceName(resource),
            {
                update: update && this.run(update),
                delete: this.run(step),
                stdin: this.stdinOf(files),
            },
            options,
        );
    }

    /** A step that runs as often as the command changes, and not when the resource, of this full name, is created. */
    stepOfLiving(resource: string, update: string, opts: pulumi.CustomResourceOptions): remote.Command {
        return this.command(resource, { update: this.run(update), stdin: this.stdinOf([]) }, opts);
    }

    /** Files, after a line that names the cluster (hosts/lib/cluster-id.sh). */
    private stdinOf(files: pulumi.Input<DeliveredFile[]>): pulumi.Output<string> {
        return pulumi
            .all([this.clusterId, files])
            .apply(([id, known]) => `${id === undefined ? "" : `#cluster ${id}\n`}${deliver(known)}`);
    }

    private withScripts(scripts: string[], files: pulumi.Input<DeliveredFile[]>): pulumi.Output<string> {
        return pulumi
            .all([hostScripts(scripts), this.stdinOf(files)])
            .apply(([archive, rest]) => `${archive}\n${rest}`);
    }

    private unpackAndRun(step: string): string {
        return this.asRoot(`sh -c '${unpackInto(scriptsFolder)} && exec ${scriptsFolder}/step ${step}'`);
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
        args: Omit<HostCommand, "connection">,
        opts: pulumi.CustomResourceOptions,
    ): remote.Command {
        return hostCommand(resource, this.complete(args), opts);
    }

    /** With what sudo wants on stdin, and the host's connection. */
    private complete(args: Omit<HostCommand, "connection">): HostCommand {
        return {
            ...args,
            stdin: stdinFor(args.stdin, this.elevation),
            connection: this.access.connection(this.name),
        };
    }
}

/** The options of a step that runs once: what it was given does not matter later. */
export function once<Options extends pulumi.CustomResourceOptions>(opts: Options): Options {
    return { ...opts, ignoreChanges: ["stdin"] };
}

export function hostCommand(
    resource: string,
    command: HostCommand,
    opts: pulumi.CustomResourceOptions,
): remote.Command {
    return new remote.Command(
        resource,
        {
            ...command,
            // What a step says goes to stderr and is streamed; it never says a secret.
            logging: "stderr",
            addPreviousOutputInEnv: false,
        },
        opts,
    );
}
