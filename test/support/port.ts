import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A port of this machine that nothing listens on. */
export async function freePort(address: string): Promise<number> {
    const server = createServer().listen(0, address);
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    return port;
}

/** Resolves when something listens there, for which it has 10 s; `why` ends the sentence of the error. */
export async function portAnswers(port: number, address: string, why = () => ""): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
        const open = await new Promise<boolean>((resolve) => {
            const socket = connect(port, address, () => resolve(true));
            socket.once("error", () => resolve(false));
            socket.once("connect", () => socket.end());
        });
        if (open) {
            return;
        }
        await sleep(100);
    }
    throw new Error(`Nothing listens on ${address} port ${port}. ${why()}`.trim());
}
