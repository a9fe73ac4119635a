import type { ClusterConfig } from "../../config/schema";
import { type BadConfig, host, withSetting } from "./badConfig";
import { externalCa, hostKey } from "./examples";

/** A cluster with CAs of one's own, with something else in it. */
function withExternalCa(title: string, changes: { [Setting in keyof ClusterConfig]?: unknown }, cas = {}): BadConfig {
    const pki = { external: { ...externalCa, ...cas } };
    return withSetting(title, { pki, ...changes });
}

/** What cannot be with CAs of one's own. */
export const badExternalCas: BadConfig[] = [
    withSetting("half of the CAs", { pki: { external: { caFile: externalCa.caFile } } }),
    withExternalCa("a file that is not there", {}, { caFile: "./no-such-ca.crt" }),
    withExternalCa("no command", {}, { sign: "" }),
    withExternalCa(
        "a file that is no certificate, and one with two",
        {},
        {
            caFile: "./package.json",
            etcdCaFile: "./test/support/external-ca/two.crt",
        },
    ),
    withExternalCa("a certificate that is no CA's", {}, { frontProxyCaFile: "./test/support/external-ca/leaf.crt" }),
    withExternalCa("one CA for all", {}, { frontProxyCaFile: externalCa.caFile, etcdCaFile: externalCa.caFile }),
    withExternalCa("no CA for etcd", {}, { etcdCaFile: undefined }),
    withExternalCa("etcd on hosts of its own", {
        etcd: { topology: "external", hosts: [host("e1", "192.0.2.31")] },
    }),
    withExternalCa("an etcd of one's own, and a CA for it", {
        etcd: {
            topology: "existing",
            endpoints: ["https://192.0.2.31:2379"],
            caFile: externalCa.caFile,
            certificateFile: "./test/support/external-ca/leaf.crt",
        },
    }),
    withExternalCa("a rotation", { pki: { external: externalCa, rotate: "trust" } }),
    withExternalCa("a later generation", { pki: { external: externalCa, generation: 2 } }),
    withExternalCa("a cluster that is taken over", {
        network: { cni: "none" },
        masters: [{ ...host("m1", "192.0.2.11"), adopt: true }],
    }),
    withExternalCa("a master by its name only", { masters: [{ name: "m1", host: "m1.example.com", hostKey }] }),
    withExternalCa("kubelets that ask for certificates", {
        kubeadm: { kubeletConfiguration: { rotateCertificates: true, serverTLSBootstrap: true } },
    }),
];
