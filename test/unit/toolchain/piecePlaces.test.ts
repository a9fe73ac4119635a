import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pieceNamed, piecePlaces, recipeHash } from "../../../toolchain/piecePlaces";
import { pieces } from "../../../toolchain/pieces";
import { greeting, temporaryCache } from "./temporaryCache";

describe("a piece's place in the cache", () => {
    const { recipe, folder } = temporaryCache();

    it("tells name, version and twelve hex digits of its recipe", () => {
        const piece = greeting(recipe("a"));
        assert.match(piecePlaces(piece, [piece]).finished, /\/cache\/pieces\/greeting-1\.0\.0-[0-9a-f]{12}$/);
    });

    it("is another one when a recipe file changes, is renamed or added, and when the version changes", () => {
        const piece = greeting(recipe("a"));
        const key = () => recipeHash(piece, [piece]);
        const keys = [key(), key()];
        assert.equal(keys[0], keys[1]);
        recipe("b");
        keys.push(key());
        writeFileSync(join(folder(), "recipe", "another.txt"), "b");
        keys.push(key());
        piece.version = "1.0.1";
        keys.push(key());
        assert.equal(new Set(keys).size, 4);
    });

    it("does not mind tests and dot files among the recipe", () => {
        const piece = greeting(recipe("a"));
        const key = recipeHash(piece, [piece]);
        writeFileSync(join(folder(), "recipe", "serve_test.go"), "package main");
        writeFileSync(join(folder(), "recipe", ".swp"), "");
        assert.equal(recipeHash(piece, [piece]), key);
    });

    it("is another one when a piece that it is made from changes", () => {
        const stem = greeting(recipe("a"), { name: "stem" });
        const leaf = greeting(recipe("a"), { name: "leaf", recipe: [], dependsOn: ["stem"] });
        const key = recipeHash(leaf, [stem, leaf]);
        recipe("b");
        assert.notEqual(recipeHash(leaf, [stem, leaf]), key);
    });

    it("finds every piece of the project by name, with a recipe that exists", () => {
        for (const { name } of pieces) {
            assert.match(recipeHash(pieceNamed(name, pieces), pieces), /^[0-9a-f]{12}$/);
        }
        assert.throws(() => pieceNamed("helm", pieces), /no piece "helm".*pulumi-resource-tls.*bundle/);
    });
});
