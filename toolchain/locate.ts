import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { pulumiHome } from "./cache";
import { pieceNamed, piecePlaces } from "./piecePlaces";
import { pieces } from "./pieces";
import { stateFolder } from "./projectState";

/** Folder of a finished piece. Does no work: an absent piece is an error that says what to run. */
export function pieceFolder(name: string): string {
    const { finished } = piecePlaces(pieceNamed(name, pieces), pieces);
    if (!existsSync(finished)) {
        throw new Error(
            `The piece "${name}" has not been made on this machine yet (looked for ${finished}). Run: npm run toolchain -- ${name}`,
        );
    }
    return finished;
}

/** The bundle's kubectl. */
export function kubectlPath(): string {
    return join(pieceFolder("bundle"), "bin", "kubectl");
}

/** The bundle's kubeadm. */
export function kubeadmPath(): string {
    return join(pieceFolder("bundle"), "bin", "kubeadm");
}

export interface PulumiEnvironmentOptions {
    /** Back end's URL. Default: $PULUMI_BACKEND_URL, else a folder in the project's .state. */
    backend?: string;
    /** Default: what the person exported (PULUMI_CONFIG_PASSPHRASE or …_FILE), else a file in the project's .state. */
    passphraseFile?: string;
    /** For `pulumi preview`: an API server that is away is given up after seconds, not after a minute. */
    preview?: boolean;
}

/**
 * This process's environment with everything that the engine needs to run without a question and without the internet.
 * Settings that the person exported himself win over the project's own, and options win over both.
 */
export function pulumiEnvironment(options: PulumiEnvironmentOptions = {}): NodeJS.ProcessEnv {
    const own = process.env;
    const environment: NodeJS.ProcessEnv = {
        ...own,
        PATH: [join(pieceFolder("pulumi"), "bin"), dirname(process.execPath), own.PATH].filter(Boolean).join(delimiter),
        PULUMI_HOME: pulumiHome(),
        PULUMI_BACKEND_URL: options.backend ?? own.PULUMI_BACKEND_URL ?? `file://${join(stateFolder(), "pulumi")}`,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        // Types are checked by the tests; checking them again costs seconds in every command.
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
        // Compiled once, not by every command: by default this is kept in $TMPDIR, which goes away after each.
        TS_NODE_CACHE_DIRECTORY: own.TS_NODE_CACHE_DIRECTORY ?? join(stateFolder(), "compiled"),
    };
    if (options.preview) {
        environment.PULUMI_K8S_CLIENT_TIMEOUT ??= "2";
    }
    const exportedPassphrase = own.PULUMI_CONFIG_PASSPHRASE ?? own.PULUMI_CONFIG_PASSPHRASE_FILE;
    if (options.passphraseFile) {
        delete environment.PULUMI_CONFIG_PASSPHRASE;
        environment.PULUMI_CONFIG_PASSPHRASE_FILE = options.passphraseFile;
    } else if (exportedPassphrase === undefined) {
        environment.PULUMI_CONFIG_PASSPHRASE_FILE = join(stateFolder(), "passphrase");
    }
    return environment;
}
