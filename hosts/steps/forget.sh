# forget: takes a node that is lost out of the cluster, from this master: its etcd member, then its Node. Never connects to
# the lost host, and refuses one that is alive. This master may be one that has not joined yet.
# Source: https://etcd.io/docs/latest/op-guide/runtime-configuration/ (replace a failed member)
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/admin.sh"
. "$STEP_LIB/receive.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

readonly whom=/run/kubeadm-ha/forget.conf

refuse_living() {
  local ready
  ready=$(kube --request-timeout=30s get node "$LOST_NODE" --ignore-not-found --output "jsonpath={.status.conditions[?(@.type=='Ready')].status}")
  [ "$ready" != True ] \
    || die "$LOST_NODE is declared lost, but its node is Ready" \
      "if it has just died, wait a minute and run 'pulumi up' again; if it lives, take 'lost' away and its entry too: then it leaves by itself"
}

# etcd removes a member only with a quorum of all, the dead ones counted.
refuse_without_quorum() {
  local health members healthy
  health=$(member_health)
  members=$(etcdctl member list | wc -l)
  healthy=$(grep -c ' is healthy' <<<"$health" || true)
  [ "$healthy" -ge $((members / 2 + 1)) ] \
    || die "etcd has no quorum to remove $LOST_NODE: $healthy of $members members are healthy ($(paste -sd, <<<"$health"))" \
      "bring one of the others back first"
}

forget_member() {
  local members id url
  members=$(etcdctl member list) || die "etcd does not answer" "has it lost its quorum? Bring one of the other masters back first"
  # Empty where the lost host had no member, or has none any more.
  read -r id url < <(awk -F', ' -v name="$LOST_NODE" '$3 == name { print $1, $5 }' <<<"$members") || return 0
  ! member_health | grep -q "^$url is healthy" \
    || die "$LOST_NODE is declared lost, but its etcd member answers at $url" "take 'lost' away and its entry too: then it leaves by itself"
  refuse_without_quorum
  say "removes the etcd member of $LOST_NODE"
  run etcdctl member remove "$id" || die "the etcd member $id of $LOST_NODE could not be removed"
}

trap 'rm -f "$whom" && remove_admin' EXIT
receive_files
# shellcheck source=/dev/null
. "$whom"
find_etcd
refuse_living
forget_member
run kube --request-timeout=30s delete node "$LOST_NODE" --ignore-not-found || die "the Node $LOST_NODE could not be deleted"
say "$LOST_NODE is out of the cluster"
