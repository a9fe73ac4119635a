# shellcheck shell=bash
# What a step can see of this host as a node.

readonly kubelet_kubeconfig=/etc/kubernetes/kubelet.conf
# Written at the end of a founding or a join that was verified. Holds the fingerprint of the cluster's CA.
readonly joined_marker=/var/lib/kubeadm-ha/joined
# Written before `kubeadm init` or `kubeadm join` ("begun") and after it ("finished"): what a step that was cut off in between
# has left may be cleared away; after it, only the rest of the step is missing.
readonly attempt_marker=/var/lib/kubeadm-ha/attempt

ca_fingerprint() { openssl x509 -in "$1" -noout -fingerprint -sha256 | cut -d= -f2; }

is_joined() { [ -s "$joined_marker" ] && [ -s "$kubelet_kubeconfig" ]; }

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
  echo "$1" >"$attempt_marker.tmp"
  mv -f "$attempt_marker.tmp" "$attempt_marker"
}

attempt_is() { [ "$(cat "$attempt_marker" 2>/dev/null)" = "$1" ]; }

mark_joined() {
  ca_fingerprint /etc/kubernetes/pki/ca.crt >"$joined_marker.tmp"
  mv -f "$joined_marker.tmp" "$joined_marker"
  rm -f "$attempt_marker"
}

api_server_ready() { curl -sk --max-time 2 -o /dev/null --fail "https://127.0.0.1:6443/readyz" || curl -sk --max-time 2 -o /dev/null --fail "https://[::1]:6443/readyz"; }

kubelet_healthy() { curl -s --max-time 2 -o /dev/null --fail http://127.0.0.1:10248/healthz; }

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
