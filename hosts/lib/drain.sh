# shellcheck shell=bash
# Moves pods away from this node. Settings (DRAIN_TIMEOUT in seconds, DRAIN_ON_TIMEOUT) come in drain.conf on stdin.
# Source: https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/

read_drain_settings() {
  # shellcheck source=/dev/null
  . /run/kubeadm-ha/drain.conf
}

drain() {
  run kube drain "$NODE_NAME" --ignore-daemonsets --delete-emptydir-data --timeout="${DRAIN_TIMEOUT}s" "$@"
}

# Names of the pods that stay: those of DaemonSets and static ones apart.
remaining_pods() {
  kube get pods --all-namespaces --field-selector "spec.nodeName=$NODE_NAME" --output \
    jsonpath='{range .items[*]}{.metadata.ownerReferences[0].kind}{" "}{.metadata.namespace}/{.metadata.name}{"\n"}{end}' \
    | grep -v -e '^DaemonSet ' -e '^Node ' | sed 's/.* //' | paste -sd ' ' | sed 's/ /, /g'
}

# Evicts the pods, which their PodDisruptionBudgets can delay; past the time limit the configuration decides.
drain_node() {
  local node
  node=$(kube --request-timeout=30s get node "$NODE_NAME" --ignore-not-found --output name 2>>"$STEP_LOG") \
    || die "the API server at $ENDPOINT does not say whether there is a node $NODE_NAME"
  [ -n "$node" ] || return 0 # a leave that was cut off at its end has deleted it
  say "is drained"
  ! drain || return 0
  if [ "$DRAIN_ON_TIMEOUT" = delete ]; then
    say "pods are deleted that were still there after $DRAIN_TIMEOUT s, or that no controller makes again: $(remaining_pods)"
    ! drain --force --disable-eviction || return 0
  fi
  die "the node could not be drained within $DRAIN_TIMEOUT s; it is cordoned, and these pods stay: $(remaining_pods)" \
    "a PodDisruptionBudget that allows no disruption, or a pod without a controller, holds a node: mend or delete it, then run 'pulumi up' again"
}
