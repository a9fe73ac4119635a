import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExternalCaConfig } from "../../config/schema";

/** CAs of a user's, made by OpenSSL in a folder of his, and his command that signs: the one of the examples. */
export class UserCas {
    private readonly calls: string;
    private readonly illness: string;

    constructor(private readonly folder: string) {
        mkdirSync(folder);
        this.calls = join(folder, "calls");
        this.illness = join(folder, "illness");
        for (const ca of ["kubernetes", "front-proxy", "etcd"]) {
            const usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign,digitalSignature"];
            const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
            const files = ["-keyout", this.file(`${ca}-ca.key`), "-out", this.file(`${ca}-ca.crt`)];
            const words = ["req", "-x509", "-days", "3650", "-subj", `/O=Example/CN=${ca}`, ...usage, ...key, ...files];
            execFileSync("openssl", words, { stdio: "pipe" });
        }
        const script = `#!/bin/sh
echo "$KUBEADM_HA_CERTIFICATE" >>${this.calls}
[ ! -e ${this.illness} ] || . ${this.illness}
CA_KEYS=${folder} exec examples/external-ca/sign
`;
        writeFileSync(this.file("sign"), script, { mode: 0o755 });
        this.forgetCalls();
    }

    get config(): ExternalCaConfig {
        return {
            caFile: this.file("kubernetes-ca.crt"),
            frontProxyCaFile: this.file("front-proxy-ca.crt"),
            etcdCaFile: this.file("etcd-ca.crt"),
            sign: this.file("sign"),
        };
    }

    /** From now on these shell commands run first for each certificate; by default none. */
    fallIll(commands?: string): void {
        rmSync(this.illness, { force: true });
        if (commands) {
            writeFileSync(this.illness, commands);
        }
    }

    /** From now on certificates end so soon; the example's command gives a day at least. */
    signFor(minutes: number): void {
        this.fallIll(`folder=$(mktemp -d) && touch "$folder/index" && cat >"$folder/conf" <<CONF
[ca]
default_ca = short
[short]
database = $folder/index
new_certs_dir = $folder
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
x509_extensions = usages
[any]
commonName = supplied
organizationName = optional
[usages]
extendedKeyUsage = $KUBEADM_HA_USAGES
CONF
ca=${this.folder}/$KUBEADM_HA_CA-ca
exec openssl ca -batch -notext -preserveDN -config "$folder/conf" -cert "$ca.crt" -keyfile "$ca.key" \
  -in /dev/stdin -enddate "$(date --utc --date '+${minutes} minutes' +%Y%m%d%H%M%SZ)"
`);
    }

    /** The certificates that were asked for since the last time. */
    forgetCalls(): string[] {
        const calls = existsSync(this.calls) ? readFileSync(this.calls, "utf8").trimEnd().split("\n") : [];
        rmSync(this.calls, { force: true });
        return calls.sort();
    }

    /** What must be nowhere else: the lines of the CAs' keys, without those that are their certificates' too. */
    keyLines(): string[] {
        return ["kubernetes", "front-proxy", "etcd"].flatMap((ca) => {
            const [key, certificate] = ["key", "crt"].map((end) => readFileSync(this.file(`${ca}-ca.${end}`), "utf8"));
            return key.split("\n").filter((line) => line && !line.startsWith("-") && !certificate.includes(line));
        });
    }

    private file(name: string): string {
        return join(this.folder, name);
    }
}
