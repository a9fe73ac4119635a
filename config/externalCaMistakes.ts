import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Mistake } from "./configError";
import { isFile } from "./fileMistakes";
import { nodeAddress } from "./nodeAddress";
import type { CompleteClusterConfig, ExternalCaConfig } from "./schema";

type CaFile = "caFile" | "frontProxyCaFile" | "etcdCaFile";

const root = "cluster.pki.external";

/** What a client of the one CA could do where the other is the same. */
const sameAs: Record<CaFile, string> = {
    caFile: "",
    frontProxyCaFile: "whoever has a certificate of the cluster could speak for others",
    etcdCaFile: "whoever has a certificate of it could read and write all of etcd",
};

/** What cannot be with CAs whose keys Pulumi does not have. */
export function externalCaMistakes(config: CompleteClusterConfig): Mistake[] {
    const { external } = config.pki;
    return external
        ? [...caMistakes(external), ...etcdMistakes(config, external), ...contradictions(config), ...addresses(config)]
        : [];
}

function caMistakes(external: ExternalCaConfig): Mistake[] {
    const mistakes: Mistake[] = [];
    const seen = new Map<string, CaFile>();
    for (const setting of ["caFile", "frontProxyCaFile", "etcdCaFile"] as const) {
        const file = external[setting];
        if (file === undefined) {
            continue;
        }
        const path = `${root}.${setting}`;
        const ca = caIn(file);
        if (typeof ca === "string") {
            mistakes.push({ path, words: `"${file}" ${ca}` });
            continue;
        }
        const key = ca.publicKey.export({ type: "spki", format: "pem" }) as string;
        const same = seen.get(key);
        seen.set(key, same ?? setting);
        if (same) {
            const words = `is the same CA as ${root}.${same}: ${sameAs[setting]}; make another one`;
            mistakes.push({ path, words, comparedWith: [`${root}.${same}`] });
        }
    }
    return mistakes;
}

/** The CA's certificate, or what is wrong with the file. */
function caIn(file: string): X509Certificate | string {
    if (!isFile(file)) {
        return "is not there (paths are relative to the project)";
    }
    const text = readFileSync(file, "utf8");
    if (/PRIVATE KEY/.test(text)) {
        return "holds a private key, which must stay where it is; only the CA's certificate is wanted here";
    }
    const found = text.match(/-----BEGIN CERTIFICATE-----/g)?.length ?? 0;
    if (found > 1) {
        return `holds ${found} certificates; that of the CA which signs is wanted, alone`;
    }
    try {
        const certificate = new X509Certificate(text);
        return certificate.ca ? certificate : "is the certificate of no CA (basicConstraints: CA:TRUE is missing)";
    } catch {
        return "is no certificate (PEM)";
    }
}

function etcdMistakes({ etcd }: CompleteClusterConfig, { etcdCaFile }: ExternalCaConfig): Mistake[] {
    const topology = "cluster.etcd.topology";
    const path = `${root}.etcdCaFile`;
    if (etcd.topology === "external") {
        const words = `"external" cannot be with pki.external; etcd is on the masters then, or one of yours`;
        return [{ path: topology, words, example: "stacked", comparedWith: [root] }];
    }
    if (etcd.topology === "existing") {
        const words = `is not used with an etcd of yours, whose CA is etcd.caFile; leave it out`;
        return etcdCaFile ? [{ path, words, comparedWith: [topology] }] : [];
    }
    return etcdCaFile
        ? []
        : [{ path, words: "is missing: the masters run etcd", example: "./pki/etcd-ca.crt", comparedWith: [topology] }];
}

function contradictions({ masters, pki, kubeadm }: CompleteClusterConfig): Mistake[] {
    const mistakes: Mistake[] = [];
    const comparedWith = [root];
    if (pki.rotate || pki.generation > 1) {
        mistakes.push({
            path: pki.rotate ? "cluster.pki.rotate" : "cluster.pki.generation",
            words: "cannot be with pki.external; CAs of your own are not rotated by this program",
            comparedWith,
        });
    }
    masters.forEach(({ adopt }, index) => {
        if (adopt) {
            const words = "true cannot be with pki.external; the CAs of a cluster that is taken over are its own";
            mistakes.push({ path: `cluster.masters[${index}].adopt`, words, comparedWith });
        }
    });
    for (const setting of ["rotateCertificates", "serverTLSBootstrap"] as const) {
        if (kubeadm.kubeletConfiguration[setting] === true) {
            mistakes.push({
                path: `cluster.kubeadm.kubeletConfiguration.${setting}`,
                words: "true cannot be with pki.external; nobody in the cluster signs what kubelets ask for",
                comparedWith,
            });
        }
    }
    return mistakes;
}

/** The names in a master's certificates are decided before any host is asked. */
function addresses({ masters }: CompleteClusterConfig): Mistake[] {
    return masters.flatMap((master, index) =>
        nodeAddress(master)
            ? []
            : [
                  {
                      path: `cluster.masters[${index}].nodeIp`,
                      words: `is missing: host is the name ${master.host}, and with pki.external a master's certificates are signed for its address`,
                      example: "192.0.2.11",
                      comparedWith: [`cluster.masters[${index}].host`],
                  },
              ],
    );
}
