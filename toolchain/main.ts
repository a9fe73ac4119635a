import { pieceNamed } from "./cache";
import { inWords } from "./duration";
import { ensurePieces, type Made } from "./maker";
import { pieces } from "./pieces";
import { runMain } from "./runMain";
import { table } from "./table";

/** npm run toolchain [PIECE…]: makes the named pieces, or all. */
async function main(): Promise<void> {
    const names = process.argv.slice(2);
    const started = Date.now();
    const wanted = names.length > 0 ? names.map((name) => pieceNamed(name, pieces)) : pieces;
    const made = await ensurePieces(wanted, pieces);
    console.log(summary(made));
    console.log(`The toolchain is complete after ${inWords((Date.now() - started) / 1000)}.`);
}

function summary(made: Made[]): string {
    const rows = made.map(({ piece, source, seconds, fresh }) => [
        piece.name,
        piece.version,
        source,
        `${inWords(seconds)}${fresh ? "" : " (earlier)"}`,
    ]);
    return table(["piece", "version", "source", "took"], rows);
}

runMain(main);
