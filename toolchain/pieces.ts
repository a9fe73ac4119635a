import { labRootfs } from "../lab/rootfs";
import { bundle, earlierBundles } from "./kubernetes/bundle";
import { kubernetesE2e } from "./kubernetes/kubernetesE2e";
import type { Piece } from "./piece";
import { engine } from "./pulumi/engine";
import { plugins } from "./pulumi/plugins";
import { shfmt } from "./shfmt";

/** Everything the project needs, in the order in which it is made: what `pulumi` commands wait for comes first. */
export const neededPieces: Piece[] = [engine, ...plugins, shfmt, labRootfs, bundle, kubernetesE2e];

/** What a name on the command line can mean. */
export const pieces: Piece[] = [...neededPieces, ...earlierBundles];
