import { isIP, isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { hostKeyMistake } from "./hostKey";
import { exampleVersion, isBuilt, minorOf, newestMinor, oldestMinor } from "./kubernetesVersions";

/** The forms that texts in a configuration have. Each says in words what is wrong with a value that is not of it. */

interface Form {
    /** What can be said by a pattern: editors check it too. */
    pattern: RegExp;
    /** What cannot. */
    accepts?: (value: string) => boolean;
    /** What is wrong with this value: completes the sentence "VALUE …". */
    words: (value: string) => string;
    example: string;
}

function form({ pattern, accepts = () => true, words, example }: Form) {
    const error = ({ input }: { input?: unknown }) => (input === "" ? "is empty" : words(String(input)));
    return z
        .string()
        .regex(pattern, { error, abort: true })
        .refine(accepts, { error })
        .meta({ examples: [example] });
}

const label = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
const dnsLabel = new RegExp(`^${label}$`);
const dnsName = new RegExp(`^${label}(\\.${label})*$`);

/** Name of a Node: a DNS label, so that it fits every place that Kubernetes puts it. */
export const nodeName = form({
    pattern: dnsLabel,
    words: (value) =>
        value.length > 63
            ? `has ${value.length} characters; a name has 63 at most`
            : "is not a DNS label: lower-case letters, digits and '-', neither at its beginning nor its end",
    example: "m1",
});

/** IPv4 or IPv6 address, or DNS name. */
export const hostAddress = form({
    pattern: /^[-0-9A-Za-z.:]+$/,
    accepts: isHostAddress,
    words: (value) => {
        if (value.includes("://")) {
            return "is a URL; only its host is wanted here";
        }
        if (value.includes("@")) {
            return "has a user in it, which is ssh.user; only the host is wanted here";
        }
        if (/^[^:]+:\d+$/.test(value) || /^\[.*\](:\d+)?$/.test(value)) {
            return "has a port or brackets; only the host is wanted here (sshd's port is ssh.port)";
        }
        return /^[\d.]+$/.test(value) ? "is not an IPv4 address" : "is neither an address nor a DNS name";
    },
    example: "192.0.2.11",
});

/** A host's public key that the command provider can check. */
export const hostKey = z.string().superRefine((value, context) => {
    const message = hostKeyMistake(value);
    if (message) {
        context.addIssue({ code: "custom", message });
    }
});

/** "host:port"; an IPv6 address stands in brackets. */
export const hostAndPort = form({
    pattern: /^(\[[0-9a-fA-F:]+\]|[-0-9A-Za-z.]+):[0-9]{1,5}$/,
    accepts: (value) => {
        const { host, port } = splitHostAndPort(value);
        return isHostAddress(host) && port >= 1 && port <= 65535;
    },
    words: (value) => {
        if (value.includes("://")) {
            return "is a URL; only host:port is wanted";
        }
        if (isIP(value) === 6) {
            return "is an IPv6 address without brackets and port";
        }
        if (!/:[^:\]]*$/.test(value)) {
            return "lacks the port: host:port is wanted";
        }
        if (!/:\d+$/.test(value)) {
            return "is not host:port; the port is a number";
        }
        const port = Number(value.split(":").pop());
        return port < 1 || port > 65535
            ? `has the port ${port}; ports are 1 to 65535`
            : "is not host:port; the host is neither an address nor a DNS name";
    },
    example: "api.example.com:6443",
});

/** Version of the form 1.x.y, without v, that this program builds. */
export const kubernetesVersion = form({
    pattern: /^1\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$/,
    accepts: isBuilt,
    words: (value) => {
        if (/^v1\.\d+\.\d+$/.test(value)) {
            return "begins with a v, and the form is 1.x.y without it";
        }
        if (/^1\.\d+$/.test(value)) {
            return "lacks its last part: the form is 1.x.y";
        }
        if (/^1\.\d+\.\d+[-+]/.test(value)) {
            return "is not a release: the form is 1.x.y and nothing after it";
        }
        if (!/^1\.\d+\.\d+$/.test(value)) {
            return "is not a Kubernetes version of the form 1.x.y";
        }
        return minorOf(value) < oldestMinor
            ? `is older than 1.${oldestMinor}, the first whose kubeadm reads the API v1beta4, in which kubeadm-ha writes`
            : `is newer than 1.${newestMinor}, the newest that this kubeadm-ha has been run with; get a newer kubeadm-ha`;
    },
    example: exampleVersion,
});

/** IPv4 network in CIDR notation whose address is the network's own. */
export const cidr = form({
    pattern: /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+\/[0-9]+$/,
    accepts: (value) => isCidr(value) && ownAddress(value) === value.split("/")[0],
    words: (value) => {
        if (value.includes(",")) {
            return "is more than one network; dual-stack clusters are not built yet, one IPv4 network is wanted";
        }
        if (value.includes(":")) {
            return "is IPv6; clusters are built with IPv4 networks only";
        }
        if (isIPv4(value)) {
            return "lacks the length of the network's prefix: ADDRESS/LENGTH is wanted";
        }
        return isCidr(value)
            ? `is an address inside of ${ownAddress(value)}/${value.split("/")[1]}; write the network itself`
            : "is not an IPv4 network in CIDR notation (ADDRESS/LENGTH)";
    },
    example: "10.244.0.0/16",
});

/** Domain name, in lower case. */
export const domain = form({
    pattern: dnsName,
    accepts: (value) => value.length <= 253,
    words: () => "is not a DNS domain: labels of lower-case letters, digits and '-', with dots between them",
    example: "cluster.local",
});

/** Key of a label or taint. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
export const labelKey = form({
    pattern: /^([-a-z0-9.]{1,253}\/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$/,
    accepts: (value) => !value.includes("/") || dnsName.test(value.split("/")[0]),
    words: (value) => {
        const [prefix, , ...more] = value.includes("/") ? value.split("/") : [undefined];
        if (more.length > 0) {
            return "has more than one '/': the form is [domain/]name";
        }
        if (value.endsWith("/")) {
            return "has no name behind the '/': the form is [domain/]name";
        }
        return prefix !== undefined && (!dnsName.test(prefix) || prefix.length > 253)
            ? `begins with ${JSON.stringify(prefix)}, which is not a DNS domain in lower case: the form is [domain/]name`
            : "is not of the form [domain/]name, where the name is up to 63 letters, digits, '-', '_' and '.' with a letter or digit at both ends";
    },
    example: "example.com/disk",
});

/** Value of a label or taint: it may be empty. */
export const labelValue = form({
    pattern: /^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$/,
    words: () => "is not up to 63 letters, digits, '-', '_' and '.' with a letter or digit at both ends",
    example: "ssd",
});

/** Path of a file, relative to the project. */
export const filePath = form({
    pattern: /^[^\n]+$/,
    words: () => "is more than one line; the path of a file is wanted, not its content",
    example: "./known_hosts",
});

/** Name that is one word in a command or a list: user, suite, component, package. */
export const oneWord = form({
    pattern: /^[^\s'"`$;&|<>()\\]+$/,
    words: () => "is not one word: it has blanks, quotes or characters that a shell would act on",
    example: "main",
});

/** Upstream version of a Debian package; the revision would begin at a "-". */
export const packageVersion = form({
    pattern: /^\d[A-Za-z0-9.+~]*$/,
    words: () => "is not the version of a package without its revision",
    example: "2.1.5",
});

/** Tag of an image that begins with a version. */
export const imageTag = form({
    pattern: /^\d+\.\d+\.\d+[\w.-]*$/,
    words: () => "is no tag that begins with a version",
    example: "3.6.8-0",
});

/** SHA-256 in hex. */
export const sha256 = form({
    pattern: /^[0-9a-f]{64}$/,
    words: () => "is not a SHA-256 in hex: 64 digits, 0-9 and a-f",
    example: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
});

/** URL with one of these schemes. */
export function url(schemes: string[], example: string) {
    return form({
        pattern: new RegExp(`^(${schemes.join("|")})://\\S+$`),
        accepts: (value) => URL.canParse(value) && (!value.startsWith("file:") || value.startsWith("file:///")),
        words: (value) =>
            value.startsWith("file://") && schemes.includes("file")
                ? "is not the URL of an absolute path: three slashes follow file:"
                : `is not a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`,
        example,
    });
}

/** Port of every API server: kubeadm's default bindPort. */
export const apiServerPort = 6443;

/** "host:port" of its parts; an IPv6 address gets its brackets. */
export function hostAndPortOf(host: string, port: number): string {
    return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The two parts of a "host:port" that is valid; the host is without brackets. */
export function splitHostAndPort(value: string): { host: string; port: number } {
    const [, inBrackets, plain, port] = /^(?:\[(.*)\]|(.*)):(\d+)$/.exec(value) as RegExpExecArray;
    return { host: inBrackets ?? plain, port: Number(port) };
}

function isHostAddress(value: string): boolean {
    const name = value.toLowerCase();
    return isIP(value) !== 0 || (dnsName.test(name) && name.length <= 253 && !/(^|\.)\d+$/.test(name));
}

function isCidr(value: string): boolean {
    const [address, length] = value.split("/");
    return isIPv4(address) && /^([1-9]|[12]\d|3[0-2])$/.test(length);
}

function ownAddress(value: string): string {
    return ipaddr.IPv4.networkAddressFromCIDR(value).toString();
}
