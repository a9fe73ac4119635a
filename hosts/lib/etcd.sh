# shellcheck shell=bash
# This host's member of etcd, asked through its own container.

etcd_container() { crictl ps --name '^etcd$' --quiet 2>/dev/null | head -n 1; }

etcd_runs() { [ -n "$(etcd_container)" ]; }

etcdctl() {
  local pki=/etc/kubernetes/pki/etcd
  crictl exec "$(etcd_container)" etcdctl --endpoints https://127.0.0.1:2379 \
    --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt --key $pki/healthcheck-client.key "$@"
}

# One line a member: "https://ADDRESS:2379 is healthy …" or "… is unhealthy …".
member_health() { etcdctl endpoint health --cluster 2>&1 | grep -o 'https://[^ ]* is \(un\)\?healthy' || true; }

# Without this member, the others have to be a quorum of what is left: else etcd, and with it the cluster, stops for good.
refuse_loss_of_quorum() {
  local health members healthy needed
  health=$(member_health)
  members=$(etcdctl member list | wc -l)
  healthy=$(grep -c ' is healthy' <<<"$health" || true)
  needed=$(((members - 1) / 2 + 1))
  [ "$((healthy - 1))" -lt "$needed" ] || return 0
  log_line "$health"
  die "leaving now would cost etcd its quorum: of the other $((members - 1)) members $((healthy - 1)) are healthy, and $needed are needed ($(paste -sd, <<<"$health"))" \
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
