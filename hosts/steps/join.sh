# join: makes this host a node of the cluster.
# Source: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/ (discovery by file)
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/receive.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

readonly discovery=/run/kubeadm-ha/discovery.conf

verify() {
  wait_until 120 "kubelet is healthy" kubelet_healthy
  [ "$ROLE" != master ] || wait_until 120 "the API server of this host answers /readyz" api_server_ready
}

# A host that was evicted (declared lost, or its Node deleted) still looks like a node from inside. The endpoint is asked:
# the host's own API server died with its etcd member.
refuse_evicted() {
  local answer
  answer=$(kubectl --kubeconfig "$kubelet_kubeconfig" --server "https://$ENDPOINT" --request-timeout=10s get node "$NODE_NAME" 2>&1) && return
  log_line "$answer"
  [[ $answer != *NotFound* ]] \
    || die "this host was a node of the cluster, and the cluster has evicted it" \
      "run '/usr/local/lib/kubeadm-ha/step reset' there as root, then 'pulumi up' again: it joins anew"
}

receive_file
refuse_other_cluster
if is_joined; then
  refuse_evicted
  verify
  say "is a node already"
  exit 0
fi
refuse_foreign
if attempt_cut_off; then
  say "clears away a join that was cut off"
  clear_node
fi
if ! attempt_finished; then
  mark_attempt begun
  trap 'rm -f "$discovery"' EXIT
  receive_files
  say "joins as $ROLE (kubeadm join)"
  run kubeadm join --config /etc/kubeadm-ha/join.yaml || die "kubeadm join ended with status $?"
  mark_attempt finished
fi
verify
mark_joined
say "is a $ROLE of the cluster"
