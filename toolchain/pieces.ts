import type { Piece } from "./piece";

/** Everything the project needs, in the order in which it is made. */
export const pieces: Piece[] = [];
