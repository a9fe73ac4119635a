# leave: takes this node out of the cluster, in the order that loses nothing: pods, API server, etcd leadership, etcd member,
# Node.
# Runs on the leaving host itself; the load balancer no longer leads to it.
# Source: https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/, kubeadm reset phases
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/drain.sh"
. "$STEP_LIB/admin.sh"
. "$STEP_LIB/receive.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf
if [ "$ROLE" != worker ]; then
  . "$STEP_LIB/etcd.sh"
  . "$STEP_LIB/leadership.sh"
fi

# Gracefully: those who are still connected are sent to the others while etcd is still there to answer them.
end_api_server() {
  local manifest=/etc/kubernetes/manifests/kube-apiserver.yaml
  [ -e "$manifest" ] || return 0
  say "ends its API server"
  rm -f "$manifest"
  crictl ps --name '^kube-apiserver$' --quiet | run xargs --no-run-if-empty crictl stop --timeout 30 || true
}

member_answers() { etcd_runs && etcd_pod='' etcdctl endpoint health >/dev/null 2>&1; }

has_etcd_member() { [ -e /etc/kubernetes/manifests/etcd.yaml ]; }

trap remove_admin EXIT
receive_files
read_drain_settings
if ! is_joined; then
  say "is no node of the cluster; nothing to leave"
  exit 0
fi
wait_for_api_server "$admin_kubeconfig"
if has_etcd_member; then
  find_etcd_elsewhere
  refuse_loss_of_quorum
fi
drain_node
end_api_server
if has_etcd_member; then
  # Last, or it might come back. Asked in its own container, the member tells of itself whether it leads.
  ! member_answers || etcd_pod='' move_leadership_away || die "etcd's leadership could not be handed over"
  say "leaves etcd"
  # Not by kubeadm (reset phase remove-etcd-member): where that does not succeed, it wipes the data and tells of success.
  remove_own_member
fi
run kube --request-timeout=30s delete node "$NODE_NAME" --ignore-not-found || die "the Node could not be deleted"
# Its kubelet would make the Node again when the host boots, should the reset not come.
run systemctl disable --now kubelet || true
say "has left the cluster"
