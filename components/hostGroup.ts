import * as pulumi from "@pulumi/pulumi";

/** Groups what the state knows about one host. */
export class HostGroup extends pulumi.ComponentResource {
    /** @param type one of components/nodeTypes.ts */
    constructor(type: string, name: string, opts: pulumi.ComponentResourceOptions) {
        super(type, name, {}, opts);
        this.registerOutputs({});
    }
}
