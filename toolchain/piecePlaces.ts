import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { cacheRoot } from "./cache";
import type { Piece } from "./piece";

/** Where the parts of the cache that belong to one piece are. */
export interface PiecePlaces {
    /** The finished piece. It exists only when the piece is complete. */
    finished: string;
    /** Being filled; renamed to `finished` at the end. */
    unfinished: string;
    /** Kept between interrupted tries. */
    scratch: string;
    log: string;
    lock: string;
    /** JSON: which source made the piece, when, and how long it took. */
    history: string;
}

/** The places of a piece; `all` is where the pieces it depends on are looked up. */
export function piecePlaces(piece: Piece, all: Piece[]): PiecePlaces {
    const root = cacheRoot();
    const key = `${piece.name}-${piece.version}-${recipeHash(piece, all)}`;
    return {
        finished: join(root, "pieces", key),
        unfinished: join(root, "work", key, "unfinished"),
        scratch: join(root, "work", key, "scratch"),
        log: join(root, "logs", `${key}.log`),
        lock: join(root, "locks", key),
        history: join(root, "history", `${key}.json`),
    };
}

/**
 * Twelve hex digits that change with everything that decides what a piece is: its version, the content of its recipe,
 * the pieces that it is made from, and the kind of machine.
 */
export function recipeHash(piece: Piece, all: Piece[]): string {
    const hash = createHash("sha256");
    hash.update(`${piece.name} ${piece.version} ${process.platform} ${process.arch}\n`);
    for (const name of piece.dependsOn ?? []) {
        hash.update(`made from ${name} ${recipeHash(pieceNamed(name, all), all)}\n`);
    }
    for (const entry of piece.recipe) {
        hashRecipe(hash, entry, resolve(__dirname, entry));
    }
    return hash.digest("hex").slice(0, 12);
}

/** The piece called `name` (the first of several versions) or name@version, or an error that names all there are. */
export function pieceNamed(name: string, all: Piece[]): Piece {
    const found = all.find((piece) => name === piece.name || name === `${piece.name}@${piece.version}`);
    if (!found) {
        throw new Error(
            `There is no piece "${name}" in the toolchain. There are: ${all.map((piece) => piece.name).join(", ")}.`,
        );
    }
    return found;
}

/** Files that do not decide how a piece is made. */
const withoutEffect = /^\.|_test\.go$|^testdata$|\.md$/;

/** Names count as well as contents. */
function hashRecipe(hash: ReturnType<typeof createHash>, name: string, path: string): void {
    if (!statSync(path).isDirectory()) {
        const content = readFileSync(path);
        hash.update(`${name} ${content.length}\n`).update(content);
        return;
    }
    for (const entry of readdirSync(path).sort()) {
        if (!withoutEffect.test(entry)) {
            hashRecipe(hash, `${name}/${entry}`, join(path, entry));
        }
    }
}
