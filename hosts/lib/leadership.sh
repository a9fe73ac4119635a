# shellcheck shell=bash
# The leadership of etcd, handed over. A leader that goes without makes writers wait for an election. One that gives it away
# drops what the others forward to it meanwhile, and whoever asked for that is told after 7 seconds that the request timed out.
# So those that are neither leader nor successor are not heard in that moment: TCP keeps what they say, and the old leader
# forwards it when it knows the new one.
# Source: go.etcd.io/raft, leadTransferee in stepLeader; https://github.com/etcd-io/etcd/issues/8975
# Needs lib/etcd.sh.

move_leadership_away() {
  local status own leader members other moved=0
  status=$(etcdctl endpoint status --write-out fields)
  own=$(sed -n 's/^"MemberID" : //p' <<<"$status")
  leader=$(sed -n 's/^"Leader" : //p' <<<"$status")
  [ "$own" = "$leader" ] || return 0
  own=$(printf %x "$own")
  members=$(etcdctl member list)
  other=$(healthy_member_but "$own" "$members")
  [ -n "$other" ] || return 0
  say "hands etcd's leadership to member $other"
  hold_back "$(awk -F', ' -v own="$own" -v other="$other" '$1 != own && $1 != other' <<<"$members")"
  run transfer_leadership "$other" || run etcdctl move-leader "$other" || moved=1
  hear_all
  return "$moved"
}

# healthy_member_but ID MEMBERS: id of a healthy one of the others. The first by name: where members take turns it has had its
# own, and need not give the leadership away again.
healthy_member_but() {
  local healthy
  healthy=$(member_health | sed -n 's/ is healthy//p')
  sort --field-separator=, --key=3,3 <<<"$2" \
    | awk -F', ' -v own="$1" -v healthy="$healthy" '!found && $1 != own && $6 == "false" && index(healthy, $5) { print $1; found = 1 }'
}

# Quicker than etcdctl in its container: the others wait.
transfer_leadership() {
  local pki=/etc/kubernetes/pki/etcd
  curl --silent --show-error --fail --max-time 3 --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt --key $pki/healthcheck-client.key \
    --data "{\"targetID\":\"$(printf %u "0x$1")\"}" https://127.0.0.1:2379/v3/maintenance/transfer-leadership
}

# hold_back MEMBERS: what these say on the connections that this member has opened to them. The kernel ends it after two
# seconds, should this step be cut off. Where it cannot be done (no nft, IPv6), a write may be lost.
hold_back() {
  local held
  command -v nft >/dev/null || return 0
  held=$(awk -F', ' 'NF { split($4, peer, "[/:]+"); print peer[2] " timeout 2s" }' <<<"$1" | paste -sd,)
  [ -n "$held" ] || return 0
  run nft --file - <<RULES || return 0
add table inet kubeadm_ha_etcd
delete table inet kubeadm_ha_etcd
table inet kubeadm_ha_etcd {
  set held { type ipv4_addr; flags timeout; elements = { $held } }
  chain input { type filter hook input priority filter - 10; policy accept; tcp sport 2380 ip saddr @held drop; }
}
RULES
  sleep 0.05 # what was under way has arrived
}

hear_all() { ! nft list table inet kubeadm_ha_etcd >/dev/null 2>&1 || run nft delete table inet kubeadm_ha_etcd; }
