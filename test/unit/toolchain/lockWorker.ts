import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../../../toolchain/lock";

/** lock.test.ts starts several of these at once: each writes down when its turn begins and ends. */
const [file, journal] = process.argv.slice(2);
withLock(
    file,
    (pid) => console.log(`waiting for ${pid}`),
    async () => {
        appendFileSync(journal, `begin ${process.pid}\n`);
        await sleep(700);
        appendFileSync(journal, `end ${process.pid}\n`);
    },
);
