import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

/** Commands without a command: the engine keeps them, the plugin does nothing. */
const config = new pulumi.Config();

for (let index = 0; index < config.requireNumber("components"); index++) {
    new pulumi.ComponentResource("bare:index:Component", `component-${index}`);
}
for (let index = 0; index < config.requireNumber("resources"); index++) {
    new remote.Command(`resource-${index}`, { connection: { host: "localhost" } });
}
