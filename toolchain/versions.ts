import { dependencies } from "../package.json";

/** The exact versions that package.json pins: an SDK and its plugin, and the engine, have to be the same. */
export const versions = {
    engine: dependencies["@pulumi/pulumi"],
    command: dependencies["@pulumi/command"],
    kubernetes: dependencies["@pulumi/kubernetes"],
    random: dependencies["@pulumi/random"],
    tls: dependencies["@pulumi/tls"],
};
