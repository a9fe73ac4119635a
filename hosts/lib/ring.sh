# shellcheck shell=bash
# External etcd: this host as a member of the ring.

. "$STEP_LIB/leadership.sh"

readonly static_pod=/etc/kubernetes/manifests/etcd.yaml
readonly kubelet_drop_in=/etc/systemd/system/kubelet.service.d/20-kubeadm-ha-etcd.conf

is_member() { has_joined && [ -e "$static_pod" ]; }

# Its peers know it by it.
member_address() { sed -n 's#^ *- --initial-advertise-peer-urls=https://\(.*\):2380$#\1#p' "$static_pod" 2>/dev/null || true; }

member_answers() { etcdctl endpoint health >/dev/null 2>&1; }

# A kubelet that knows no API server and runs the static pod only.
# Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/setup-ha-etcd-with-kubeadm/
start_standalone_kubelet() {
  mkdir -p "$(dirname "$kubelet_drop_in")" /var/lib/kubelet /etc/kubernetes/manifests
  printf '[Service]\nEnvironment="KUBELET_KUBECONFIG_ARGS="\n' >"$kubelet_drop_in"
  install -m 0644 /etc/kubeadm-ha/etcd-kubelet.yaml /var/lib/kubelet/config.yaml
  run systemctl daemon-reload
  run systemctl restart kubelet || die "kubelet did not start" "look at 'journalctl -u kubelet' on this host"
}

# member_configuration STATE INITIAL-CLUSTER: kubeadm's file for the static pod.
member_configuration() {
  sed -e "s|@INITIAL_CLUSTER_STATE@|$1|" -e "s|@INITIAL_CLUSTER@|$2|" /etc/kubeadm-ha/etcd.yaml >/run/kubeadm-ha/etcd.yaml
}

# run_member STATE INITIAL-CLUSTER: the static pod as kubeadm writes it.
run_member() {
  member_configuration "$@"
  run kubeadm init phase etcd local --config /run/kubeadm-ha/etcd.yaml || die "kubeadm could not write etcd's static pod"
  rm -f /run/kubeadm-ha/etcd.yaml
  start_standalone_kubelet
  wait_until 120 "this host's etcd runs" etcd_runs
}

# One member after another: the order is the graph's.
restart_member() {
  local before
  refuse_while_another_member_is_dead
  say "restarts its etcd, which is to trust other CAs"
  move_leadership_away || die "etcd's leadership could not be handed over"
  before=$(etcd_container)
  run crictl stop --timeout 30 "$before" || true
  wait_until 120 "this host's etcd has restarted" etcd_restarted "$before"
}

refuse_while_another_member_is_dead() {
  within 60 no_member_is_dead || die "the etcd member of $(dead_members_in_words) does not answer, and this one would be away too" \
    "bring it back, then run 'pulumi up' again"
}

etcd_restarted() { etcd_runs && [ "$(etcd_container)" != "$1" ] && member_answers; }

# "ID IS-LEARNER" of this host's member.
own_member() { etcdctl member list | awk -F', ' -v url="https://$ETCD_ADDRESS:2380" '$4 == url { print $1, $6 }'; }

# From now on etcdctl asks the other members.
ask_others() {
  # shellcheck disable=SC2034 # lib/etcd.sh reads it
  etcd_endpoints=$(etcdctl member list | awk -F', ' -v url="https://$ETCD_ADDRESS:2380" '$4 != url && $6 == "false" { print $5 }' | paste -sd ,)
}

# After an attempt that was cut off. The data of a member that was given up can never be used again.
clear_member() {
  run systemctl stop kubelet || true
  remove_pods
  rm -rf "$static_pod" /var/lib/etcd/*
}
