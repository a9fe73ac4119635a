import { ensurePieces, type Made } from "./maker";
import { pieceNamed } from "./piecePlaces";
import { pieces } from "./pieces";

/** What every `pulumi` command needs. */
export const pulumiPieces = pieces.map((piece) => piece.name).filter((name) => name.startsWith("pulumi"));

/** Makes sure that the pieces of these names (or name@version) are there. Quick and quiet when they are. */
export function ensure(...names: string[]): Promise<Made[]> {
    return ensurePieces(
        names.map((name) => pieceNamed(name, pieces)),
        pieces,
    );
}
