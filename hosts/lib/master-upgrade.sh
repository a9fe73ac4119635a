# shellcheck shell=bash
# The upgrade of a master: out of everybody's way first, back when all of it is well.

. "$STEP_LIB/upgrade.sh"
. "$STEP_LIB/visitors.sh"

upgrade_master() {
  refuse_while_others_are_ill
  if has_other_masters; then
    turn_away
    hand_over
  fi
  if first_of_the_upgrade; then
    keep_snapshot
    kubeadm_upgrade apply --yes
  else
    kubeadm_upgrade node
  fi
  wait_until 300 "the API server of this host answers /readyz" api_server_ready
  drain_node
  replace_kubelet remove_static_pods
  wait_until 300 "the control plane of this host is healthy for 10 s" steady 10 control_plane_healthy
}

# What this master does, the others have to do meanwhile.
refuse_while_others_are_ill() {
  local ill
  if [ "$ETCD" = stacked ]; then
    within 60 no_member_is_dead || die "the etcd member of $(dead_members) does not answer, and an upgrade takes one more away" \
      "bring it back, then run 'pulumi up' again"
  fi
  within 120 others_ready || {
    ill=$(other_masters | sed -n 's/ \(False\|Unknown\)$//p' | paste -sd ' ')
    die "the master ${ill:-(unknown)} is not Ready, and an upgrade takes one more away" "bring it back first: look at its kubelet; then run 'pulumi up' again"
  }
}

# One line for each of the others: "NAME True|False|Unknown".
other_masters() {
  local masters
  masters=$(kube --request-timeout=10s get nodes --selector node-role.kubernetes.io/control-plane --output \
    jsonpath='{range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}') || return 1
  grep -v "^$NODE_NAME " <<<"$masters" || true
}

has_other_masters() { [ -n "$(other_masters)" ]; }

others_ready() {
  local others
  others=$(other_masters) && ! grep -v ' True$' <<<"$others" | grep -q .
}

# Gracefully: it says goodbye to those who are connected.
stop_api_server() {
  crictl ps --name '^kube-apiserver$' --quiet | run xargs --no-run-if-empty crictl stop --timeout 30 || true
}

# Those who are connected go to the others while this API server, which they are told to leave, still answers. kubelet
# starts it again: kubeadm and the parts of this host need it.
hand_over() {
  say "hands its clients over to the other masters"
  stop_api_server
  wait_until 120 "the API server of this host answers /readyz again" api_server_ready
  hand_over_leadership
}

hand_over_leadership() {
  [ "$ETCD" != stacked ] || ! etcd_runs || move_leadership_away || die "etcd's leadership could not be handed over"
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

# The way back where all else fails. It holds every Secret of the cluster: root's, as the data directory itself.
keep_snapshot() {
  local file=$snapshots/before-$KUBERNETES_VERSION.db
  [ "$ETCD" = stacked ] && [ ! -e "$file" ] || return 0
  say "keeps a snapshot of etcd in $file"
  (umask 077 && mkdir -p "$snapshots")
  etcdctl snapshot save "/var/lib/etcd/.snapshot" >>"$STEP_LOG" 2>&1 || die "etcd did not give a snapshot"
  chmod 0600 /var/lib/etcd/.snapshot
  mv -f /var/lib/etcd/.snapshot "$file"
}

# The new kubelet would restart those of the old one some time later, when everybody thinks that all is done.
remove_static_pods() {
  local part
  ! has_other_masters || hand_over_leadership
  stop_api_server
  for part in kube-apiserver kube-controller-manager kube-scheduler etcd; do
    crictl pods --namespace kube-system --label "component=$part" --quiet | run xargs --no-run-if-empty crictl rmp --force || true
  done
}

control_plane_healthy() {
  api_server_ready && answers https://127.0.0.1:10257/healthz && answers https://127.0.0.1:10259/healthz \
    && { [ "$ETCD" != stacked ] || etcdctl endpoint health; }
}

# steady SECONDS COMMAND…: it succeeds all that time.
steady() {
  local end=$((SECONDS + $1))
  while [ "$SECONDS" -lt "$end" ]; do
    "${@:2}" || return 1
    sleep 0.5
  done
}
