# shellcheck shell=bash
# The upgrade of a master.

. "$STEP_LIB/upgrade.sh"
. "$STEP_LIB/master-turn.sh"
. "$STEP_LIB/kept-manifests.sh"

upgrade_master() {
  # Of a change that was cut off when all was well: they are of the former version.
  ! control_plane_healthy || rm -rf "$kept_manifests"
  # Or kubeadm refuses. A host that had lost its network is seen to be back a while later.
  wait_until 180 "the Node is Ready" node_ready
  refuse_while_others_are_ill
  if has_other_masters; then
    turn_away
    hand_over
    # kubelet reports to the API server of this host: while that was away the Node may have become, or be about to become, not Ready.
    wait_until 180 "the Node is Ready again" steady 5 node_ready
  fi
  if first_of_the_upgrade; then
    [ "$ETCD" != stacked ] || keep_snapshot_of_before
    kubeadm_upgrade apply --yes
  else
    kubeadm_upgrade node
  fi
  await_upgraded "the API server of this host answers /readyz" api_server_ready
  drain_node
  refuse_while_others_are_ill # some minutes later
  replace_kubelet remove_static_pods
  await_upgraded "the control plane of this host is healthy for 10 s" steady 10 control_plane_healthy
}

# Anew as long as kubeadm has not changed this master: an earlier attempt may be long ago.
keep_snapshot_of_before() {
  local file=$snapshots/before-$KUBERNETES_VERSION.db
  if [ ! -s "$file" ] || ! grep -q "image: .*:v$KUBERNETES_VERSION\$" "$manifests/kube-apiserver.yaml"; then keep_snapshot "$file"; fi
}

# await_upgraded WORDS COMMAND…: what is wrong is told by the containers.
await_upgraded() {
  local ill
  ! within 300 "${@:2}" || return 0
  ill=$(ill_components)
  log_line "what the containers said:"$'\n'"$(words_of "$ill")"
  die "$1: not so after 300 s with Kubernetes $KUBERNETES_VERSION (look at: $(paste -sd ' ' <<<"${ill:-all of it}")); no other node is touched" \
    "set right what the lines above tell, then run 'pulumi up' again: it goes on with this node. As far as there is a way back: docs/recovery.md, When an upgrade does not go on"
}

# kubeadm-config tells the version that the cluster has, or is being upgraded to.
first_of_the_upgrade() {
  [ -e "$upgrade_marker.first" ] || [ "$(cluster_version)" != "v$KUBERNETES_VERSION" ] || return 1
  touch "$upgrade_marker.first"
}

cluster_version() {
  kube --request-timeout=30s --namespace kube-system get configmap kubeadm-config --output 'jsonpath={.data.ClusterConfiguration}' \
    | sed -n 's/^kubernetesVersion: //p'
}
