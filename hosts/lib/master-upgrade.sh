# shellcheck shell=bash
# The upgrade of a master.

. "$STEP_LIB/upgrade.sh"
. "$STEP_LIB/master-turn.sh"

upgrade_master() {
  # Or kubeadm refuses. A host that had lost its network is seen to be back a while later.
  wait_until 180 "the Node is Ready" node_ready
  refuse_while_others_are_ill
  if has_other_masters; then
    turn_away
    hand_over
  fi
  if first_of_the_upgrade; then
    [ "$ETCD" != stacked ] || keep_snapshot "$snapshots/before-$KUBERNETES_VERSION.db"
    kubeadm_upgrade apply --yes
  else
    kubeadm_upgrade node
  fi
  wait_until 300 "the API server of this host answers /readyz" api_server_ready
  drain_node
  replace_kubelet remove_static_pods
  wait_until 300 "the control plane of this host is healthy for 10 s" steady 10 control_plane_healthy
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
