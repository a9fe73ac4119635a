/** The last number of each host's address. A lab has any of these hosts, in any combination. */
const lastNumbers: Record<string, number> = {
    ...{ lb: 10, m1: 11, m2: 12, m3: 13, m4: 14, m5: 15 },
    ...{ w1: 21, w2: 22, w3: 23 },
    ...{ e1: 31, e2: 32, e3: 33 },
};

/** One load balancer, five masters, three workers, three etcd members. */
export const labHostNames = Object.keys(lastNumbers);

/** What `up` switches on when no host is named: the hosts of the dev stack. */
export const defaultHosts = ["lb", "m1", "m2", "m3", "m4", "m5", "w1"];

/** The address of a host in a subnet such as "10.77.0". An unknown name is an error that lists the known ones. */
export function addressOf(host: string, subnet: string): string {
    const number = lastNumbers[host];
    if (number === undefined) {
        throw new Error(`A lab has no host "${host}". Its hosts are: ${labHostNames.join(" ")}`);
    }
    return `${subnet}.${number}`;
}
