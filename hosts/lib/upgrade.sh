# shellcheck shell=bash
# How a node gets another version of Kubernetes, or other packages of the same: `prepare`, or `stage`, puts them beside what
# runs, `maintain` in its place.
# Needs lib/identity.sh, lib/node.sh.

. "$STEP_LIB/version.sh"

# "FROM TO cordoned|open" as long as a node is being upgraded; the last is what it was before.
readonly upgrade_marker=/var/lib/kubeadm-ha/upgrade
# Programs that are to come, there from the moment on when they are known to be others; `digest`, when all of them are there.
readonly staged=/usr/local/lib/kubeadm-ha-staged

installed_version() { kubelet --version | sed 's/^Kubernetes v//'; }

upgrade_begun() { [ -e "$upgrade_marker" ]; }

begun_version() { cut -d' ' -f2 "$upgrade_marker"; }

# A host that lives, and has another version than the configuration says.
is_to_be_upgraded() { has_joined && [ "$(installed_version)" != "$KUBERNETES_VERSION" ]; }

stage_upgrade() {
  run renice --priority 10 --pid $$ # the node serves meanwhile
  stage_packages "$staged"
  say "has Kubernetes $KUBERNETES_VERSION beside $(installed_version)"
}

# Other packages of the same Kubernetes: another containerd, say. Pods live on.
follow_packages() {
  [ -d "$staged" ] || return 0
  [ -e "$staged/digest" ] || stage_packages "$staged"
  say "gets other packages of Kubernetes $KUBERNETES_VERSION"
  replace_kubelet true
  unpin_former_images
}

# What kubeadm would refuse, when some nodes have been upgraded already.
# Source: https://kubernetes.io/releases/version-skew-policy/
refuse_unsupported_upgrade() {
  local from to=$KUBERNETES_VERSION begun
  if upgrade_begun; then
    begun=$(begun_version)
    [ "$begun" = "$to" ] || die "this node's upgrade to Kubernetes $begun has begun, and the configuration says $to" \
      "set kubernetesVersion to $begun and run 'pulumi up', which finishes it; to go back from there: the etcd snapshot in $snapshots (kubernetes.io, Restoring an etcd cluster)"
  fi
  is_to_be_upgraded || return 0
  from=$(installed_version)
  ! is_way_back "$from" "$to" \
    || die "this node runs Kubernetes $from, and the configuration says $to: Kubernetes has no way back" "set kubernetesVersion to $from"
  ! steps_over_minor "$from" "$to" \
    || die "this node runs Kubernetes $from, and the configuration says $to: Kubernetes is upgraded one minor after another" \
      "set kubernetesVersion to a release of 1.$(($(minor_of "$from") + 1)) first"
}

# Where masters keep what etcd had before an upgrade.
readonly snapshots=/var/lib/kubeadm-ha/snapshots

begin_upgrade() {
  local cordoned
  ! upgrade_begun || return 0
  # Not there where the `pulumi up` that first knows of `stage` upgrades at once.
  [ -e "$staged/digest" ] || stage_packages "$staged"
  cordoned=$(kube --request-timeout=30s get node "$NODE_NAME" --output 'jsonpath={.spec.unschedulable}') \
    || die "the API server at $ENDPOINT does not say whether node $NODE_NAME is cordoned"
  echo "$(installed_version) $KUBERNETES_VERSION $([ "$cordoned" = true ] && echo cordoned || echo open)" >"$upgrade_marker.tmp"
  put_marker "$upgrade_marker"
  say "is upgraded from Kubernetes $(installed_version) to $KUBERNETES_VERSION"
}

end_upgrade() {
  local before
  read -r _ _ before <"$upgrade_marker"
  [ "$before" = cordoned ] || run kube --request-timeout=30s uncordon "$NODE_NAME" || die "the node could not be uncordoned"
  unpin_former_images
  remove_kubeadm_backups
  rm -f "$upgrade_marker" "$upgrade_marker.first"
}

upgrade_worker() {
  kubeadm_upgrade node
  drain_node
  replace_kubelet true
}

# Each attempt of kubeadm's to upgrade a master leaves a copy of all that etcd holds. The snapshot is what is kept of it.
remove_kubeadm_backups() { rm -rf /etc/kubernetes/tmp/kubeadm-*; }

# kubeadm_upgrade apply|node: by the kubeadm of the version to come, which is in its place already where a step was cut off.
kubeadm_upgrade() {
  local kubeadm=$staged/bin/kubeadm
  [ -x "$kubeadm" ] || kubeadm=kubeadm
  remove_kubeadm_backups
  keep_files
  say "is upgraded by kubeadm (kubeadm upgrade $1)"
  run "$kubeadm" upgrade "$1" --config /run/kubeadm-ha/upgrade.yaml ${2:+"$2"} || die "kubeadm upgrade $1 ended with status $?" \
    "mend what the lines above tell, then run 'pulumi up' again: this node is upgraded first, and no other before it. As far as there is a way back: docs/recovery.md, When an upgrade does not go on"
  forget_kept_files
}

# replace_kubelet COMMAND: which runs last while there is no kubelet. What can fail comes before it: pods live on meanwhile.
replace_kubelet() {
  run systemctl stop kubelet
  install_staged "$staged"
  run systemctl daemon-reload
  configure_containerd
  run systemctl stop kubelet # which a package may have started
  "$@"
  run systemctl start kubelet || die "kubelet $KUBERNETES_VERSION does not start" "look at 'journalctl -u kubelet' on this host"
  wait_until 120 "kubelet is healthy" kubelet_healthy
  wait_until 180 "the Node says that it is Ready with v$KUBERNETES_VERSION" node_is_upgraded
}

node_is_upgraded() {
  [ "$(kube --request-timeout=5s get node "$NODE_NAME" --output \
    'jsonpath={.status.nodeInfo.kubeletVersion} {.status.conditions[?(@.type=="Ready")].status}' 2>>"$STEP_LOG")" = "v$KUBERNETES_VERSION True" ]
}
