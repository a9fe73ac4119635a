interface State {
    deployment: { resources: { type: string; urn: string; outputs?: { validityEndTime?: string } }[] };
}

const thirtyDays = 30 * 86_400_000;

/**
 * A state in which a member's certificates end in 30 days, which is within the default `etcd.certificates.renewalDays`: the
 * plugin goes by what the state says.
 */
export function expireSoon(state: string, member: string): string {
    const { deployment, ...rest } = JSON.parse(state) as State;
    for (const { type, urn, outputs } of deployment.resources) {
        if (type === "tls:index/locallySignedCert:LocallySignedCert" && urn.includes(`-${member}-etcd-`) && outputs) {
            outputs.validityEndTime = new Date(Date.now() + thirtyDays).toISOString();
        }
    }
    return JSON.stringify({ ...rest, deployment });
}
