import { ensure } from "../toolchain/ensure";
import { runMain } from "../toolchain/runMain";
import { Lab } from "./lab";
import { defaultHosts, labHostNames } from "./labHosts";
import { requireLabMachine } from "./requirements";
import { statusTable } from "./statusTable";

const help = `Real hosts on this machine, to try a cluster on. Needs Linux and root.

  npm run lab -- up [HOST…]       switch hosts on and wait until they have booted
                                  (default: ${defaultHosts.join(" ")})
  npm run lab -- status           which hosts there are and how they are
  npm run lab -- ssh HOST [CMD…]  a shell on a host, or a command
  npm run lab -- stop HOST…       power off, cleanly
  npm run lab -- crash HOST…      power lost; what was on the disk by then is kept
  npm run lab -- start HOST…      power on again
  npm run lab -- cut HOST…        pull the network cable out
  npm run lab -- heal HOST…       plug it in again
  npm run lab -- down             take everything away, disks too

  --lab NAME   another lab than "dev", with addresses of its own (default: $KUBEADM_HA_LAB)

Hosts: ${labHostNames.join(" ")}`;

/** What a person did wrong on the command line; told together with the help. */
class WrongUse extends Error {
    constructor(mistake: string) {
        super(`${mistake}\n\n${help}`);
    }
}

interface Request {
    command: string;
    lab: string | undefined;
    /** Hosts; with ssh, the host and the words of the command. */
    rest: string[];
}

/** Options may be anywhere, but what follows the host of an ssh belongs to the command there. */
function parse(words: string[]): Request {
    const request: Request = { command: "", lab: undefined, rest: [] };
    for (let i = 0; i < words.length; i++) {
        const [option, value] = words[i].split("=", 2);
        if (request.command === "ssh" && request.rest.length > 0) {
            request.rest.push(words[i]);
        } else if (option === "--lab") {
            request.lab = value ?? words[++i];
            if (!request.lab) {
                throw new WrongUse("--lab wants a name.");
            }
        } else if (option === "--help" || option === "-h") {
            request.command = "help";
        } else if (option.startsWith("-")) {
            throw new WrongUse(`There is no option ${option}.`);
        } else if (request.command === "") {
            request.command = words[i];
        } else {
            request.rest.push(words[i]);
        }
    }
    return request;
}

/** What each command does; a number that it returns is the exit status. */
const commands: Record<string, (lab: Lab, rest: string[]) => Promise<unknown>> = {
    up: async (lab, hosts) => {
        requireLabMachine(lab.folder); // before minutes are spent on a root file system
        await ensure("lab-rootfs");
        await lab.up(hosts.length > 0 ? hosts : defaultHosts, say);
    },
    status: async (lab) => say(describe(lab)),
    ssh: (lab, [host, ...command]) => lab.login(host, command),
    stop: (lab, hosts) => onEach(hosts, (host) => lab.stop(host), "is off"),
    crash: (lab, hosts) => onEach(hosts, (host) => lab.crash(host), "has lost its power"),
    start: (lab, hosts) => onEach(hosts, (host) => lab.start(host, say)),
    cut: (lab, hosts) => onEach(hosts, (host) => lab.cut(host), "has no network now"),
    heal: (lab, hosts) => onEach(hosts, (host) => lab.heal(host), "has its network again"),
    down: async (lab) => {
        await lab.down(say);
        say(`The lab "${lab.name}" is gone.`);
    },
};
const needHosts = ["ssh", "stop", "crash", "start", "cut", "heal"];

async function main(words: string[]): Promise<number> {
    const { command, lab, rest } = parse(words);
    if (command === "" || command === "help") {
        say(help);
        return 0;
    }
    if (!(command in commands)) {
        throw new WrongUse(`There is no command "${command}".`);
    }
    if (needHosts.includes(command) && rest.length === 0) {
        throw new WrongUse(`${command} wants a host.`);
    }
    const status = await commands[command](Lab.open(lab), rest);
    return typeof status === "number" ? status : 0;
}

/** All at once, as a power failure is. */
async function onEach(hosts: string[], change: (host: string) => Promise<void>, done?: string): Promise<void> {
    await Promise.all(hosts.map(change));
    if (done) {
        say(hosts.map((host) => `${host} ${done}`).join("\n"));
    }
}

function describe(lab: Lab): string {
    const hosts = lab.status();
    const on = hosts.filter((host) => host.on).length;
    return hosts.length === 0
        ? `The lab "${lab.name}" is down. \`npm run lab -- up\` makes its hosts.`
        : `${statusTable(hosts)}\n\nLab "${lab.name}", ${lab.subnet}.0/24, ${on} of ${hosts.length} hosts on. ssh -F ${lab.sshConfig} HOST`;
}

function say(words: string): void {
    console.log(words);
}

runMain(() => main(process.argv.slice(2)));
