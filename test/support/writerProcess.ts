import { Agent, type RequestOptions, request } from "node:https";
import { accessOf } from "./kubeconfigAccess";
import type { WriterReport } from "./writer";

/** KUBECONFIG: writes until its stdin ends, then prints a WriterReport. A process of its own: the tests wait for `pulumi`. */

const { server, credentials } = accessOf(process.argv[2]);
const path = "/api/v1/namespaces/default/configmaps";
const prefix = `writer-${process.pid}`;

const report: WriterReport = { written: [], failures: [], slowest: 0, watchBreaks: [], watchesComplete: true };
let ended = false;

const keptConnection = new Agent({ keepAlive: true, maxSockets: 1 });

/** One request; resolves to the status and the body. */
function call(
    agent: Agent,
    method: string,
    target: string,
    body?: object,
    tries = 3,
): Promise<{ status: number; text: string }> {
    const options: RequestOptions = {
        ...credentials,
        method,
        agent,
        timeout: 10_000,
        headers: { "content-type": "application/json" },
    };
    return new Promise((resolve, reject) => {
        const outgoing = request(`${server}${target}`, options, (response) => {
            let text = "";
            response.setEncoding("utf8");
            response.on("data", (words) => {
                text += words;
            });
            response.on("end", () => {
                const again = response.headers["retry-after"];
                // How an API server that ends sends away who asks at the wrong moment; every client library follows.
                again === undefined || tries === 1
                    ? resolve({ status: response.statusCode ?? 0, text })
                    : setTimeout(() => resolve(call(agent, method, target, body, tries - 1)), Number(again) * 1000);
            });
            response.on("error", reject);
        });
        outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in 10 s")));
        outgoing.on("error", (error: NodeJS.ErrnoException) => {
            // A server may close a connection that is idle; every client library then takes another.
            const closedWhileIdle = outgoing.reusedSocket && error.code === "ECONNRESET";
            closedWhileIdle ? resolve(call(agent, method, target, body)) : reject(error);
        });
        outgoing.end(body && JSON.stringify(body));
    });
}

async function write(number: number): Promise<void> {
    const name = `${prefix}-${number}`;
    const started = Date.now();
    try {
        const agent = number % 2 === 0 ? new Agent({ keepAlive: false }) : keptConnection;
        const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name } };
        const { status, text } = await call(agent, "POST", path, object);
        if (status !== 201) {
            throw new Error(`${status} ${text.slice(0, 200)}`);
        }
        report.written.push(name);
    } catch (error) {
        report.failures.push(`${new Date().toISOString()} ${name}: ${(error as Error).message}`);
    }
    report.slowest = Math.max(report.slowest, Date.now() - started);
}

/** A watch as kubectl's: one long request. When its connection ends before we do, it goes on where it was. */
class Watch {
    readonly seen = new Set<string>();
    private resourceVersion = "";

    /** Resolves when the API server has taken the request. */
    open(): Promise<void> {
        const from = this.resourceVersion ? `&resourceVersion=${this.resourceVersion}` : "";
        return new Promise((resolve, reject) => {
            const options = { ...credentials, agent: new Agent() };
            const outgoing = request(`${server}${path}?watch=1${from}`, options, (response) => {
                let rest = "";
                response.setEncoding("utf8");
                response.on("data", (words) => {
                    const lines = `${rest}${words}`.split("\n");
                    rest = lines.pop() ?? "";
                    lines.forEach((line) => {
                        this.take(JSON.parse(line));
                    });
                });
                response.on("error", () => response.destroy());
                response.on("close", () => this.reopen());
                resolve();
            });
            outgoing.on("error", reject);
            outgoing.end();
        });
    }

    private take({ object }: { object: { metadata: { name: string; resourceVersion: string } } }): void {
        this.seen.add(object.metadata.name);
        this.resourceVersion = object.metadata.resourceVersion;
    }

    private reopen(): void {
        if (ended) {
            return;
        }
        report.watchBreaks.push(new Date().toISOString());
        this.open().catch((error: Error) => {
            report.failures.push(`${new Date().toISOString()} watch: ${error.message}`);
        });
    }
}

async function main(): Promise<void> {
    const watches = Array.from({ length: 6 }, () => new Watch());
    await Promise.all(watches.map((watch) => watch.open()));
    process.stdin.resume();
    process.stdin.on("end", () => {
        ended = true;
    });
    console.log("writing");
    for (let number = 0; !ended; number++) {
        const next = new Promise((resolve) => setTimeout(resolve, 100));
        await write(number);
        await next;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    report.watchesComplete = watches.every(({ seen }) => report.written.every((name) => seen.has(name)));
    process.stdout.write(JSON.stringify(report), () => process.exit(0));
}

main();
