# shellcheck shell=bash
# The etcd of stacked masters, asked through this host's own member or, where it has none, through another master's pod
# (lib/admin.sh).

etcd_container() { crictl ps --name '^etcd$' --quiet 2>/dev/null | head -n 1; }

etcd_runs() { [ -n "$(etcd_container)" ]; }

# Pod to ask through; empty for this host's own container.
etcd_pod=''

etcdctl() {
  local pki=/etc/kubernetes/pki/etcd
  local inside=(crictl exec "$(etcd_container)")
  [ -z "$etcd_pod" ] || inside=(kube_within 20 --namespace kube-system exec "$etcd_pod" --)
  "${inside[@]}" etcdctl --endpoints https://127.0.0.1:2379 \
    --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt --key $pki/healthcheck-client.key "$@"
}

# Finds a member to ask through. Where this host has none: through the API server.
find_etcd() {
  local pods pod
  ! etcd_runs || return 0
  pods=$(etcd_pods) || die "the API server at $ENDPOINT does not answer" "has etcd lost its quorum? Bring masters that are down back first"
  for pod in $pods; do
    etcd_pod=$pod
    ! etcdctl member list >/dev/null 2>&1 || return 0
  done
  die "no etcd member of the cluster answers (asked: ${pods:-none, as there is no etcd pod yet})" "look at the etcd pods in kube-system, then run 'pulumi up' again"
}

etcd_pods() {
  kube --request-timeout=10s --namespace kube-system get pods \
    --selector component=etcd,tier=control-plane --output jsonpath='{.items[*].metadata.name}' 2>>"$STEP_LOG"
}

# One line a member: "https://ADDRESS:2379 is healthy …" or "… is unhealthy …".
member_health() { etcdctl endpoint health --cluster 2>&1 | grep -o 'https://[^ ]* is \(un\)\?healthy' || true; }

# Names of the voting members that do not answer.
dead_members() {
  local health
  health=$(member_health)
  etcdctl member list | awk -F', ' -v health="$health" '$6 == "false" && index(health, $5 " is unhealthy") { print $3 }' | sort | paste -sd ' '
}

etcd_pod_listed() { [ -n "$(etcd_pods)" ]; }

no_member_is_dead() { [ -z "$(dead_members)" ]; }

# etcd takes no new member while one of its members does not answer; kubeadm would try for minutes and not say which.
refuse_dead_member() {
  local dead
  # Right after the founding its pod is not listed yet.
  wait_until 60 "an etcd pod is listed" etcd_pod_listed
  find_etcd
  ! within 20 no_member_is_dead || return 0
  dead=$(dead_members)
  die "etcd takes no new member while one is dead, and that of $dead does not answer" \
    "switch $dead on again; or, if it will not come back, say 'lost: true' beside it in the configuration (masters: - { name: ${dead%% *}, …, lost: true }); then run 'pulumi up' again"
}

# Counts into the variables of refuse_loss_of_quorum.
others_are_a_quorum() {
  health=$(member_health)
  members=$(etcdctl member list | wc -l) || return 1
  healthy=$(grep -c ' is healthy' <<<"$health" || true)
  needed=$(((members - 1) / 2 + 1))
  [ "$((healthy - 1))" -ge "$needed" ]
}

# Without this member, the others have to be a quorum of what is left: else etcd, and with it the cluster, stops for good.
# A member may be slow for a moment: only what lasts is a reason.
refuse_loss_of_quorum() {
  local health members healthy needed
  ! within 30 others_are_a_quorum || return 0
  log_line "$health"
  die "leaving now would cost etcd its quorum: of the other $((members - 1)) members $((healthy > 0 ? healthy - 1 : 0)) are healthy, and $needed are needed ($(paste -sd, <<<"$health"))" \
    "bring the unhealthy masters back, then run 'pulumi up' again"
}

# A leader that goes makes writers wait for an election; one that hands over does not.
move_leadership_away() {
  local status own leader other
  status=$(etcdctl endpoint status --write-out fields)
  own=$(sed -n 's/^"MemberID" : //p' <<<"$status")
  leader=$(sed -n 's/^"Leader" : //p' <<<"$status")
  [ "$own" = "$leader" ] || return 0
  other=$(healthy_member_but "$(printf %x "$own")")
  [ -n "$other" ] || return 0
  say "hands etcd's leadership to member $other"
  run etcdctl move-leader "$other"
}

# Id of a healthy member other than the one with this id.
healthy_member_but() {
  local healthy
  healthy=$(member_health | sed -n 's/ is healthy//p')
  etcdctl member list | awk -F', ' -v own="$1" -v healthy="$healthy" '$1 != own && index(healthy, $5) { print $1; exit }'
}
