import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ensureTools } from "./buildTools";
import { inWords } from "./duration";
import { goCommand, goPiece } from "./go";
import { withLock } from "./lock";
import { type Piece, type Source, SourceRefused } from "./piece";
import { pieceNamed, piecePlaces } from "./piecePlaces";
import { createWorkshop } from "./workshop";

/** What is known of a piece that is there. */
export interface Made {
    piece: Piece;
    folder: string;
    /** Title of the source that gave it. */
    source: string;
    /** What making it took. */
    seconds: number;
    /** Made just now, rather than found in the cache. */
    fresh: boolean;
}

type Say = (words: string) => void;

/**
 * Makes what is missing among `wanted`, pieces that those depend on first, and returns what is known of each.
 * When all are there this only looks: no process is started, no connection opened, nothing said.
 */
export async function ensurePieces(wanted: Piece[], all: Piece[], say: Say = console.log): Promise<Made[]> {
    const needed = inOrder(wanted, all);
    const missing = needed.filter((piece) => !existsSync(piecePlaces(piece, all).finished));
    for (const [index, piece] of missing.entries()) {
        say(`[${index + 1}/${missing.length}] ${piece.name} ${piece.version}`);
        await ensurePiece(piece, all, missing, (words) => say(`      ${words}`));
    }
    for (const piece of needed) {
        piece.place?.(piecePlaces(piece, all).finished);
    }
    return wanted.map((piece) => ({ ...history(piece, all), fresh: missing.includes(piece) }));
}

/** Every piece after those that it depends on; nothing twice. */
function inOrder(wanted: Piece[], all: Piece[]): Piece[] {
    const ordered = new Set<Piece>();
    const add = (piece: Piece) => {
        for (const name of piece.dependsOn ?? []) {
            add(pieceNamed(name, all));
        }
        ordered.add(piece);
    };
    wanted.forEach(add);
    return [...ordered];
}

/** Makes one piece, unless another process does so first. `missing` are all that this run has to make. */
async function ensurePiece(piece: Piece, all: Piece[], missing: Piece[], say: Say): Promise<string> {
    const places = piecePlaces(piece, all);
    const waiting = (pid: number) =>
        say(`process ${pid} is making it, waiting for that; how far it is: tail -f ${places.log}`);
    await withLock(places.lock, waiting, async () => {
        if (existsSync(places.finished)) {
            say("is there now");
            return;
        }
        const started = Date.now();
        const source = await firstWilling(piece, all, missing, say);
        const seconds = (Date.now() - started) / 1000;
        mkdirSync(dirname(places.finished), { recursive: true });
        mkdirSync(dirname(places.history), { recursive: true });
        writeFileSync(
            places.history,
            `${JSON.stringify({ source: source.title, seconds, made: new Date().toISOString() })}\n`,
        );
        moveIntoPlace(places.unfinished, places.finished);
        rmSync(dirname(places.unfinished), { recursive: true, force: true });
        say(`done in ${inWords(seconds)} (${source.title})`);
    });
    return places.finished;
}

/** Whoever put a finished piece there without our lock (a cache that was copied in) made the same thing: theirs stays. */
function moveIntoPlace(unfinished: string, finished: string): void {
    try {
        renameSync(unfinished, finished);
    } catch (error) {
        if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) {
            throw error;
        }
    }
}

/** Tries the sources in their order and returns the one that filled the unfinished folder. */
async function firstWilling(piece: Piece, all: Piece[], missing: Piece[], say: Say): Promise<Source> {
    const { unfinished, log } = piecePlaces(piece, all);
    const refusals: string[] = [];
    mkdirSync(dirname(log), { recursive: true });
    writeFileSync(log, `${new Date().toISOString()} ${piece.name} ${piece.version}\n`);
    for (const source of piece.sources) {
        rmSync(unfinished, { recursive: true, force: true });
        mkdirSync(unfinished, { recursive: true });
        try {
            await makeFrom(source, piece, all, missing, say);
            return source;
        } catch (error) {
            if (!(error instanceof SourceRefused)) {
                throw failure(piece, log, `${source.title}: ${(error as Error).message}`);
            }
            refusals.push(`${source.title}: refused: ${error.message}`);
            appendFileSync(log, `${refusals.at(-1)}\n`);
            say(refusals.at(-1) as string);
        }
    }
    throw failure(piece, log, ["every source was refused", ...refusals].join("\n  "));
}

async function makeFrom(source: Source, piece: Piece, all: Piece[], missing: Piece[], say: Say): Promise<void> {
    const { unfinished, scratch, log } = piecePlaces(piece, all);
    if (source === piece.sources.at(-1)) {
        ensureTools(
            missing.concat(piece).flatMap((each) => each.buildTools),
            say,
        );
        say(`${source.title} …`);
    }
    const workshop = createWorkshop({
        log,
        scratch,
        say: (words) => say(`  ${words}`),
        goCommand: () => goCommand(() => ensurePiece(goPiece, [goPiece], [goPiece], (words) => say(`  Go: ${words}`))),
        piece: (name) => piecePlaces(pieceNamed(name, all), all).finished,
    });
    await source.make(unfinished, workshop);
}

function failure(piece: Piece, log: string, why: string): Error {
    return new Error(
        `${piece.name} ${piece.version} could not be made.\n  ${why}\n` +
            `  Everything that was said is in ${log}\n` +
            `  When the reason is gone, run: npm run toolchain -- ${piece.name}   (it goes on where this stopped)`,
    );
}

function history(piece: Piece, all: Piece[]): Omit<Made, "fresh"> {
    const places = piecePlaces(piece, all);
    const { source = "unknown", seconds = 0 } = existsSync(places.history)
        ? JSON.parse(readFileSync(places.history, "utf8"))
        : {};
    return { piece, folder: places.finished, source, seconds };
}
