import { strict as assert } from "node:assert";
import { certificateWarnings, lastingCertificateWarnings } from "../../components/certificateWarnings";
import { validityHours } from "../../config/certificateValidity";
import { planCluster } from "../../config/clusterPlan";
import { smallCluster } from "../support/examples";

describe("masters' certificates", () => {
    it("are valid for a year, or as long as kubeadm is told, in whole hours", () => {
        const hours = (certificateValidityPeriod?: string) =>
            validityHours({ kubeadm: { clusterConfiguration: { certificateValidityPeriod } } } as never);
        assert.equal(hours(), 8760);
        assert.equal(hours("100h"), 100);
        assert.equal(hours("1h90m"), 2);
        assert.equal(hours("59m59s"), 0);
        assert.equal(hours("1.5h1800s"), 2);
    });

    it("are not due as soon as they are made without a warning", () => {
        const warned = (certificateValidityPeriod: string, renewBeforeDays: number) =>
            planCluster(
                smallCluster({
                    certificates: { renewBeforeDays },
                    kubeadm: { clusterConfiguration: { certificateValidityPeriod } },
                }),
            ).warnings;
        assert.deepEqual(warned("721h", 30), []);
        assert.deepEqual(warned("720h", 30), [
            "cluster.certificates.renewBeforeDays: each pulumi up renews the masters' certificates, which are valid for 720 hours and due 30 days before their end",
        ]);
    });

    const now = Date.parse("2026-11-21T00:00:00Z");
    const days = { renewBeforeDays: 30, warnBeforeDays: 60 };
    const warnings = (ends: Record<string, string>) => certificateWarnings(ends, days, "urn:clock", false, now);

    it("are told of when they end soon, and only then", () => {
        assert.deepEqual(warnings({ m1: "2027-11-20T00:00:00Z", m2: "2027-01-20T00:00:00Z", m3: "" }), []);
        assert.deepEqual(warnings({ m1: "2027-01-10T00:00:00Z" }), [
            "m1: the first of its certificates ends at 2027-01-10T00:00:00Z (in 50 days); 'pulumi up' renews them from 30 days before that on",
        ]);
    });

    it("and where the cluster was taken over with the command that renews those of before, too", () => {
        assert.deepEqual(certificateWarnings({ m1: "2027-01-10T00:00:00Z" }, days, "urn:clock", true, now), [
            "m1: the first of its certificates ends at 2027-01-10T00:00:00Z (in 50 days); 'pulumi up' renews them from 30 days before that on, unless they are of before the cluster was taken over; then: pulumi up --replace 'urn:clock'",
        ]);
    });

    it("and CAs too, which nothing renews", () => {
        const ends = { "the CA of etcd": "2027-01-10T00:00:00Z", "the CA of Kubernetes": "2036-11-20T00:00:00Z" };
        assert.deepEqual(lastingCertificateWarnings(ends, 60, now), [
            'the CA of etcd ends at 2027-01-10T00:00:00Z (in 50 days), and nothing renews it by itself: see "Certificates" in the README',
        ]);
    });

    it("are told of with the command that renews them where they end before that is due", () => {
        assert.deepEqual(warnings({ m1: "2026-12-01T00:00:00Z", m2: "2026-11-01T00:00:00Z" }), [
            "m1: the first of its certificates ends at 2026-12-01T00:00:00Z (in 10 days); renew them: pulumi up --replace 'urn:clock'",
            "m2: the first of its certificates has ended at 2026-11-01T00:00:00Z; renew them: pulumi up --replace 'urn:clock'",
        ]);
    });
});
