import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { byName } from "./byName";
import type { DeliveredFile } from "./delivery";
import { type Host, hostCommand, once } from "./host";
import { shellSettings } from "./hostSettings";

export interface InitHostArgs {
    /** The setting that chooses the host explicitly, as a path in the cluster's configuration: "initMaster". */
    setting: string;
    /** Its value; undefined if it is not set. */
    chosen?: string;
    /** The host that is recorded if none is yet. */
    first: string;
}

/** A host that can initialize the cluster, or its etcd. */
export interface InitCandidate {
    readonly host: Host;
    readonly config: { name: string };
}

/**
 * The host that initializes the cluster, or its etcd. The state records it before anything runs on the host, so that an
 * interrupted `pulumi up` goes on there or nowhere, however the hosts are listed later.
 * The record is a Stash, which the engine keeps itself: it has no plugin and no command. Source:
 * https://www.pulumi.com/docs/iac/concepts/stash/
 */
export class InitHost {
    private readonly recorded: pulumi.Output<string>;

    /** @param resource name of the record */
    constructor(
        resource: string,
        private readonly args: InitHostArgs,
        opts: pulumi.CustomResourceOptions,
    ) {
        const { chosen, first } = args;
        const keep = chosen === undefined ? { ignoreChanges: ["input"] } : { replaceOnChanges: ["input"] };
        const record = new pulumi.Stash(resource, { input: chosen ?? first }, { ...opts, ...keep });
        this.recorded = record.output.apply(String);
    }

    /** Reads something of the recorded host; of the first one by name, if the recorded one is not in use any more. */
    of<C extends InitCandidate, Value>(candidates: C[], read: (candidate: C) => Value): pulumi.Output<Value> {
        return this.recorded.apply((name) =>
            read(candidates.find(({ config }) => config.name === name) ?? byName(candidates)[0]),
        ) as pulumi.Output<Value>;
    }

    /** What a step reads to know whether it runs on the recorded host (hosts/lib/existing-cluster.sh). */
    get settings(): pulumi.Output<DeliveredFile> {
        return this.recorded.apply((name) => ({
            path: "/run/kubeadm-ha/init.conf",
            mode: "0644",
            content: shellSettings({ INIT_HOST: name, INIT_SETTING: this.args.setting }),
        }));
    }

    /** A step that runs once, on the recorded host. */
    stepOnce<C extends InitCandidate>(
        resource: string,
        step: string,
        candidates: C[],
        files: (candidate: C) => pulumi.Input<DeliveredFile[]>,
        opts: pulumi.CustomResourceOptions,
    ): remote.Command {
        const command = this.of(candidates, (one) => one.host.commandOnce(step, files(one)));
        return hostCommand(
            resource,
            {
                create: command.apply(({ create }) => pulumi.output(create)) as pulumi.Output<string>,
                update: command.apply(({ update }) => pulumi.output(update)) as pulumi.Output<string>,
                stdin: command.apply(({ stdin }) => pulumi.output(stdin)),
                connection: command.apply(({ connection }) => pulumi.output(connection)),
            },
            once(opts),
        );
    }
}
