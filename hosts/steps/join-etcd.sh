# join-etcd: this host becomes a member of the external etcd: a learner first, which votes when it has caught up.
# Source: https://etcd.io/docs/latest/op-guide/runtime-configuration/
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/ring.sh"
. "$STEP_LIB/receive.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

# Endpoints of the other hosts in the configuration, members or not yet.
readonly peers_file=/run/kubeadm-ha/etcd-peers

answers_health() {
  local pki=/etc/kubernetes/pki/etcd
  curl --silent --max-time 3 --output /dev/null --fail --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt --key $pki/healthcheck-client.key "$1/health"
}

# Asks those from now on that answer.
find_peers() {
  local peer answering=()
  while read -r peer; do
    ! answers_health "$peer" || answering+=("$peer")
  done <"$peers_file"
  [ "${#answering[@]}" != 0 ] || die "no member of etcd answers (asked: $(paste -sd ' ' "$peers_file"))" \
    "bring the members back that are down, then run 'pulumi up' again"
  etcd_endpoints=$(IFS=, && echo "${answering[*]}")
}

# A learner that an earlier attempt left would block this one and every other.
remove_own_orphan() {
  local id
  id=$(own_member | cut -d' ' -f1)
  [ -n "$id" ] || return 0
  say "removes the member that an earlier attempt left"
  remove_member "$id"
}

add_member() { added=$(etcdctl member add "$NODE_NAME" --learner --peer-urls="https://$ETCD_ADDRESS:2380"); }

votes() { [[ $(own_member) == *' false' ]]; }

promote() { votes || run etcdctl member promote "$(own_member | cut -d' ' -f1)"; }

receive_file
refuse_other_cluster
if is_member; then
  wait_until 120 "etcd is healthy" member_answers
  say "is a member of etcd already"
  exit 0
fi
refuse_foreign
receive_files
find_peers
if ! attempt_finished; then
  ! attempt_cut_off || clear_member
  remove_own_orphan
  refuse_dead_member
  mark_attempt begun
  say "joins etcd as a learner"
  # For seconds after one has come, etcd takes no other.
  wait_until 60 "etcd takes the new member" add_member
  run_member existing "$(sed -n 's/^ETCD_INITIAL_CLUSTER="\(.*\)"$/\1/p' <<<"$added")"
  mark_attempt finished
fi
wait_until 300 "the learner has caught up and votes" promote
etcd_endpoints=https://127.0.0.1:2379
wait_until 60 "etcd is healthy" member_answers
mark_joined
rm -f "$peers_file"
say "is a member of etcd"
