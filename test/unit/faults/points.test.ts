import { strict as assert } from "node:assert";
import { phaseOf, pointInWords, pointsOf } from "../../faults/point";

describe("points where a fault can strike", () => {
    const trace = [
        'join|step|main|log_line "--- $step begins"',
        'join|step|main|timeout --kill-after=20 "$(time_limit)" bash "$here/steps/$step.sh"',
        "join|join.sh|main|set -euo pipefail",
        "join|join.sh|main|mark_attempt begun",
        'join|identity.sh|mark_attempt|echo "$1 $(cluster_id)" > "$attempt_marker.tmp"',
        'join|identity.sh|mark_attempt|mv -f "$attempt_marker.tmp" "$attempt_marker"',
        'join|identity.sh|is_joined|[ -s "$joined_marker" ]',
        "join|join.sh|main|run kubeadm join --config /etc/kubeadm-ha/join.yaml",
        "join|say.sh|run|run kubeadm join --config /etc/kubeadm-ha/join.yaml",
        'join|step|main|exit "$status"',
    ];
    const log = [
        "2026-11-20T21:00:00.000 $ kubeadm join",
        "[etcd] Announced new etcd member joining to the existing etcd cluster",
        "[kubelet-check] The kubelet is healthy after 502.8ms",
        "[kubelet-check] The kubelet is healthy after 1.5s",
        "This node has joined",
    ];

    it("are the commands that do something, and what kubeadm says of its phases, each once", () => {
        const points = pointsOf("joining", { commands: [...trace, ...trace], logs: { join: log } });
        assert.deepEqual(points.map(pointInWords), [
            'joining: join, before `timeout --kill-after=20 "$(time_limit)" bash "$here/steps/$step.sh"`',
            'joining: join, before `echo "$1 $(cluster_id)" > "$attempt_marker.tmp" (mark_attempt in identity.sh)`',
            'joining: join, before `mv -f "$attempt_marker.tmp" "$attempt_marker" (mark_attempt in identity.sh)`',
            "joining: join, before `run kubeadm join --config /etc/kubeadm-ha/join.yaml`",
            'joining: join, before `exit "$status"`',
            'joining: join, after "[etcd] Announced new etcd member joining to the existing etcd cluster"',
            'joining: join, after "[kubelet-check] The kubelet is healthy after N"',
        ]);
    });

    it("are recognised in another run, whatever its numbers", () => {
        assert.equal(
            phaseOf("[etcd] member 8e9e05c52164694d at 10.77.0.11"),
            phaseOf("[etcd] member 9f9e05c52164694d at 10.78.0.13"),
        );
        assert.equal(
            phaseOf('[upgrade/staticpods] Writing new Static Pod manifests to "/tmp/manifests2532140866"'),
            '[upgrade/staticpods] Writing new Static Pod manifests to "/tmp/manifestsN"',
        );
        assert.equal(phaseOf("2026-11-20T21:00:00.000 $ kubeadm join"), undefined);
    });
});
