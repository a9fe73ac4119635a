import assert from "node:assert/strict";
import childProcess from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { ensurePieces } from "../../../toolchain/maker";
import type { Piece, Workshop } from "../../../toolchain/piece";
import { piecePlaces } from "../../../toolchain/piecePlaces";
import { greeting, refuses, temporaryCache, writes } from "./temporaryCache";

describe("making a piece", () => {
    const { recipe } = temporaryCache();

    async function make(piece: Piece, all = [piece]): Promise<string[]> {
        const said: string[] = [];
        await ensurePieces([piece], all, (words) => said.push(words));
        return said;
    }

    const content = (piece: Piece) => readFileSync(join(piecePlaces(piece, [piece]).finished, "greeting.txt"), "utf8");

    it("takes the first source that does not refuse, and tells which was refused and why", async () => {
        const sources = [refuses("on this machine", "it has version 0.9"), refuses("official download", "no network")];
        const piece = greeting(recipe("a"), { sources: [...sources, writes("built"), writes("never")] });
        const said = (await make(piece)).join("\n");
        assert.equal(content(piece), "built");
        assert.match(said, /on this machine: refused: it has version 0\.9/);
        assert.match(said, /official download: refused: no network/);
        assert.match(said, /done in [\d.]+ s \(written here\)/);
    });

    it("names every source and its reason when all refuse, and leaves nothing that looks finished", async () => {
        const sources = [refuses("on this machine", "too old"), refuses("official download", "no network")];
        const piece = greeting(recipe("a"), { sources });
        await assert.rejects(make(piece), (error: Error) => {
            assert.match(error.message, /greeting 1\.0\.0 could not be made/);
            assert.match(error.message, /on this machine: refused: too old\n.*official download: refused: no network/);
            assert.match(error.message, /npm run toolchain -- greeting/);
            return true;
        });
        assert.equal(existsSync(piecePlaces(piece, [piece]).finished), false);
    });

    it("shows a failed command, where it ran and its last words, and keeps the rest in the log", async () => {
        const make_ = (_into: string, { run }: Workshop) =>
            run("bash", ["-c", "seq 100; echo no space left on device >&2; exit 3"], { cwd: "/" });
        const piece = greeting(recipe("a"), { sources: [{ title: "build", make: make_ }] });
        const { log } = piecePlaces(piece, [piece]);
        await assert.rejects(make(piece), (error: Error) => {
            assert.match(error.message, /build: "bash -c .*" in \/ failed with exit code 3/);
            assert.match(error.message, /\| 100\n.*\| no space left on device/);
            assert.doesNotMatch(error.message, /\| 50\n/);
            assert.ok(error.message.includes(log));
            return true;
        });
        assert.match(readFileSync(log, "utf8"), /^50$/m);
    });

    it("goes on with what an interrupted try left in the scratch folder, and clears it away at the end", async () => {
        let interrupted = true;
        const inTwoSteps = async (into: string, { scratch }: Workshop) => {
            const half = join(scratch, "half");
            assert.equal(existsSync(join(into, "greeting.txt")), false);
            if (interrupted) {
                writeFileSync(half, "half ");
                writeFileSync(join(into, "greeting.txt"), "unfinished");
                throw new Error("the power went");
            }
            writeFileSync(join(into, "greeting.txt"), `${readFileSync(half, "utf8")}and half`);
        };
        const piece = greeting(recipe("a"), { sources: [{ title: "build", make: inTwoSteps }] });
        await assert.rejects(make(piece), /the power went/);
        assert.equal(existsSync(piecePlaces(piece, [piece]).finished), false);
        interrupted = false;
        await make(piece);
        assert.equal(content(piece), "half and half");
        assert.equal(existsSync(piecePlaces(piece, [piece]).scratch), false);
    });

    it("makes what a piece depends on first, and hands its folder over", async () => {
        const stem = greeting(recipe("a"), { name: "stem", sources: [writes("stem")] });
        const grow = async (into: string, workshop: Workshop) =>
            writeFileSync(join(into, "greeting.txt"), `${readdirSync(workshop.piece("stem"))}`);
        const leaf = greeting(recipe("a"), {
            name: "leaf",
            dependsOn: ["stem"],
            sources: [{ title: "grow", make: grow }],
        });
        await make(leaf, [leaf, stem]);
        const { finished } = piecePlaces(leaf, [leaf, stem]);
        assert.equal(readFileSync(join(finished, "greeting.txt"), "utf8"), "greeting.txt");
    });

    it("does nothing when all is there: no source, no process, no connection, no word", async () => {
        const piece = greeting(recipe("a"));
        await make(piece);
        const forbidden = () => assert.fail("a warm run must not do this");
        piece.sources = [{ title: "again", make: async () => forbidden() }];
        const { spawn, spawnSync } = childProcess;
        const { connect } = net.Socket.prototype;
        try {
            Object.assign(childProcess, { spawn: forbidden, spawnSync: forbidden });
            net.Socket.prototype.connect = forbidden as never;
            assert.deepEqual(await make(piece), []);
        } finally {
            Object.assign(childProcess, { spawn, spawnSync });
            net.Socket.prototype.connect = connect;
        }
    });

    it("places a finished piece on every run, so that a lost link comes back", async () => {
        const placed: string[] = [];
        const piece = greeting(recipe("a"), { place: (folder) => void placed.push(folder) });
        await make(piece);
        await make(piece);
        const { finished } = piecePlaces(piece, [piece]);
        assert.deepEqual(placed, [finished, finished]);
    });

    it("keeps a finished piece that was put in place by others meanwhile", async () => {
        const piece = greeting(recipe("a"));
        const overtaken = async (into: string) => {
            mkdirSync(piecePlaces(piece, [piece]).finished, { recursive: true });
            writeFileSync(join(piecePlaces(piece, [piece]).finished, "greeting.txt"), "theirs");
            writeFileSync(join(into, "greeting.txt"), "ours");
        };
        piece.sources = [{ title: "slow build", make: overtaken }];
        await make(piece);
        assert.equal(content(piece), "theirs");
    });

    it("tells afterwards where a piece came from and what it took", async () => {
        const piece = greeting(recipe("a"));
        const [first] = await ensurePieces([piece], [piece], () => {});
        const [again] = await ensurePieces([piece], [piece], () => {});
        assert.deepEqual([first.fresh, first.source], [true, "written here"]);
        assert.deepEqual([again.fresh, again.source, again.seconds], [false, "written here", first.seconds]);
    });
});
