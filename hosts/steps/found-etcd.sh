# found-etcd: the first member of an external etcd, once in the cluster's life. The others join it.
# Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/setup-ha-etcd-with-kubeadm/
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/existing-cluster.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/ring.sh"
. "$STEP_LIB/receive.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

receive_file
refuse_other_cluster
if is_member; then
  say "etcd has been founded here already"
  exit 0
fi
refuse_foreign
receive_init_settings
refuse_other_init_host
if ! attempt_finished; then
  receive_file # the places to ask
  refuse_existing_cluster etcd master endpoint
  ! attempt_cut_off || clear_member
  mark_attempt begun
  say "founds etcd"
  run_member new "$NODE_NAME=https://$ETCD_ADDRESS:2380"
  mark_attempt finished
fi
wait_until 60 "etcd is healthy" member_answers
mark_joined
say "etcd is founded"
