# shellcheck shell=bash
# What a step can see of this host as a node.

readonly kubelet_kubeconfig=/etc/kubernetes/kubelet.conf
# Which cluster a step is about: its CA's certificate, always the first file on stdin.
readonly cluster_ca=/run/kubeadm-ha/cluster-ca.crt
# Written at the end of a founding or a join that was verified. Holds the cluster's id.
readonly joined_marker=/var/lib/kubeadm-ha/joined
# Written before `kubeadm init` or `kubeadm join` ("begun ID") and after it ("finished ID"): what a step that was cut off in
# between has left may be cleared away; after it, only the rest of the step is missing.
readonly attempt_marker=/var/lib/kubeadm-ha/attempt

cluster_id() { sha256sum <"$cluster_ca" | cut -d' ' -f1; }

is_joined() { [ -s "$joined_marker" ] && [ -s "$kubelet_kubeconfig" ]; }

refuse_other_cluster() {
  [ -s "$joined_marker" ] && [ "$(cat "$joined_marker")" != "$(cluster_id)" ] || return 0
  die "this host is a node of another cluster, whose CA is another" \
    "choose another host, or, if nothing on it is needed any more, run '/usr/local/lib/kubeadm-ha/step reset' there as root and then 'pulumi up' again"
}

# Traces of a cluster that no step of ours left here.
is_foreign() {
  [ ! -e "$attempt_marker" ] && [ ! -e "$joined_marker" ] || return 1
  [ -e "$kubelet_kubeconfig" ] || [ -n "$(ls /etc/kubernetes/manifests 2>/dev/null)" ]
}

refuse_foreign() {
  is_foreign || return 0
  die "this host belongs to a cluster that kubeadm-ha did not make (there is $kubelet_kubeconfig or a static pod)" \
    "choose another host, or, if nothing on it is needed any more, run 'kubeadm reset' there and then 'pulumi up' again"
}

mark_attempt() {
  mkdir -p "$(dirname "$attempt_marker")"
  echo "$1 $(cluster_id)" >"$attempt_marker.tmp"
  mv -f "$attempt_marker.tmp" "$attempt_marker"
}

attempt_finished() { [ "$(cat "$attempt_marker" 2>/dev/null)" = "finished $(cluster_id)" ]; }

attempt_cut_off() { [ -e "$attempt_marker" ] && ! attempt_finished; }

mark_joined() {
  cluster_id >"$joined_marker.tmp"
  mv -f "$joined_marker.tmp" "$joined_marker"
  rm -f "$attempt_marker"
}

api_server_ready() { answers https://127.0.0.1:6443/readyz || answers "https://[::1]:6443/readyz"; }

kubelet_healthy() { answers http://127.0.0.1:10248/healthz; }

answers() { curl --silent --insecure --max-time 2 --output /dev/null --fail "$1"; }

# After an attempt that was cut off: back to a host with packages and runtime only, its own etcd member removed.
clear_node() {
  run kubeadm reset --force || log_line "kubeadm reset did not end well; going on by hand"
  remove_node_files
}

# What kubeadm reset leaves.
remove_node_files() {
  run systemctl stop kubelet || true
  rm -rf /etc/kubernetes/manifests /etc/kubernetes/pki /etc/kubernetes/*.conf /var/lib/etcd/* /var/lib/kubelet/pki \
    /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env /etc/cni/net.d/* /run/flannel \
    "$joined_marker" "$attempt_marker"
  for link in cni0 flannel.1; do ip link delete "$link" 2>/dev/null || true; done
  clear_packet_rules
}

# The rules that kube-proxy, kubelet and flannel leave; those of others stay.
clear_packet_rules() {
  local command
  for command in iptables ip6tables; do
    command -v "$command-save" >/dev/null || continue
    "$command-save" | grep -v -e KUBE- -e FLANNEL- | run "$command-restore" || true
  done
  if command -v nft >/dev/null; then
    for family in ip ip6; do nft delete table "$family" kube-proxy 2>/dev/null || true; done
  fi
}
