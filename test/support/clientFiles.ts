import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A client certificate from a CA, and the same from a CA that nobody knows: files as a person would have them. */
export class ClientFiles {
    readonly ca: string;
    readonly certificate: string;
    /** PEM. */
    readonly key: string;
    readonly otherCa: string;
    readonly otherCertificate: string;
    /** PEM. */
    readonly otherKey: string;

    /** @param caKey and caCertificate of the CA: PEM */
    constructor(
        private readonly folder: string,
        caKey: string,
        caCertificate: string,
    ) {
        this.ca = this.file("ca.crt", caCertificate);
        const known = this.issue("client", this.file("ca.key", caKey), this.ca);
        this.certificate = known.certificate;
        this.key = known.key;
        this.otherCa = join(folder, "other-ca.crt");
        const otherCaKey = join(folder, "other-ca.key");
        const subject = ["-subj", "/CN=etcd-ca"];
        this.openssl(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            otherCaKey,
            "-out",
            this.otherCa,
            ...subject,
        );
        const other = this.issue("other", otherCaKey, this.otherCa);
        this.otherCertificate = other.certificate;
        this.otherKey = other.key;
    }

    private issue(name: string, caKey: string, ca: string): { certificate: string; key: string } {
        const [request, key, certificate] = ["csr", "key", "crt"].map((end) => join(this.folder, `${name}.${end}`));
        const usage = this.file("usage", "extendedKeyUsage=clientAuth\n");
        this.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", `/CN=${name}`);
        const signed = ["-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-days", "2", "-extfile", usage];
        this.openssl("x509", "-req", "-in", request, "-out", certificate, ...signed);
        return { certificate, key: readFileSync(key, "utf8") };
    }

    private file(name: string, content: string): string {
        const file = join(this.folder, name);
        writeFileSync(file, content, { mode: 0o600 });
        return file;
    }

    private openssl(...args: string[]): void {
        execFileSync("openssl", args, { stdio: "pipe" });
    }
}
