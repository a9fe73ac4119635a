import { Agent, request } from "node:https";
import { accessOf } from "./kubeconfigAccess";
import type { LoadReport } from "./load";

/** KUBECONFIG SERVER…: writes to each until its stdin ends, then prints a LoadReport for each. A process of its own, as writerProcess. */

const [kubeconfigFile, ...servers] = process.argv.slice(2);
const { credentials } = accessOf(kubeconfigFile);
const clientsOfEach = 3;
const pauseMilliseconds = 50;
let ended = false;

/** One request; resolves to what was wrong with the answer, or to undefined. */
function fault(agent: Agent, method: string, url: string, name: string): Promise<string | undefined> {
    const body = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name },
        data: { written: new Date().toISOString() },
    };
    return new Promise((resolve) => {
        const options = { ...credentials, method, agent, headers: { "content-type": "application/json" } };
        const outgoing = request(url, options, (response) => {
            let text = "";
            response.setEncoding("utf8");
            response.on("data", (words) => {
                text += words;
            });
            response.on("end", () => resolve((response.statusCode ?? 0) < 300 ? undefined : text));
        });
        outgoing.on("error", (error) => resolve(error.message));
        outgoing.end(JSON.stringify(body));
    });
}

/** Writes the same object again and again. */
async function client(server: string, name: string, report: LoadReport): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const all = `${server}/api/v1/namespaces/default/configmaps`;
    await fault(agent, "POST", all, name);
    while (!ended) {
        const words = await fault(agent, "PUT", `${all}/${name}`, name);
        if (words === undefined) {
            report.answered++;
        } else {
            report.failures.push(words);
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    }
}

async function main(): Promise<void> {
    process.stdin.on("end", () => {
        ended = true;
    });
    process.stdin.resume();
    const reports = servers.map((): LoadReport => ({ answered: 0, failures: [] }));
    const names = Array.from({ length: clientsOfEach }, (_, number) => `load-${process.pid}-${number}`);
    const clients = servers.flatMap((server, at) => names.map((name) => client(server, `${name}-${at}`, reports[at])));
    await Promise.all(clients);
    process.stdout.write(JSON.stringify(reports), () => process.exit(0));
}

main();
