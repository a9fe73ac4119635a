import { inWords } from "./duration";
import { ensurePieces, type Made } from "./maker";
import type { Piece } from "./piece";
import { pieceNamed } from "./piecePlaces";
import { neededPieces, pieces } from "./pieces";
import { runMain } from "./runMain";
import { table } from "./table";

/** npm run toolchain [PIECE…]: makes the named pieces, or all that are needed. */
async function main(): Promise<void> {
    const names = process.argv.slice(2);
    const started = Date.now();
    const wanted = names.length > 0 ? names.map((name) => pieceNamed(name, pieces)) : piecesForThisMachine();
    const made = await ensurePieces(wanted, pieces);
    console.log(summary(made));
    console.log(`The toolchain is complete after ${inWords((Date.now() - started) / 1000)}.`);
}

/** A lab is only for root on Linux, and its root file system with it. */
function piecesForThisMachine(): Piece[] {
    return canHaveLab() ? neededPieces : neededPieces.filter(({ name }) => name !== "lab-rootfs");
}

function canHaveLab(): boolean {
    return process.platform === "linux" && process.getuid?.() === 0;
}

function summary(made: Made[]): string {
    const rows = made.map(({ piece, source, seconds, fresh, folder }) => [
        piece.name,
        piece.version,
        source,
        `${inWords(seconds)}${fresh ? "" : " (earlier)"}`,
        folder,
    ]);
    return table(["piece", "version", "source", "took", "folder"], rows);
}

runMain(main);
