# shellcheck shell=bash
# The state of this host as a node, and the way back from it.

. "$STEP_LIB/wait.sh"
. "$STEP_LIB/shutdown.sh"

api_server_ready() { answers https://127.0.0.1:6443/readyz || answers "https://[::1]:6443/readyz"; }

kubelet_healthy() { answers http://127.0.0.1:10248/healthz; }

start_stopped_kubelet() { systemctl --quiet is-active kubelet || run systemctl start kubelet || true; }

answers() { curl --silent --insecure --max-time 2 --output /dev/null --fail "$1"; }

# Back to a host with packages and runtime only, its own etcd member removed from its cluster where that answers.
clear_node() {
  wake_runtime
  run kubeadm reset --force || log_line "kubeadm reset did not end well; going on by hand"
  remove_node_files
}

# What kubeadm reset leaves. What `prepare` has made stays.
remove_node_files() {
  run systemctl stop kubelet || true
  remove_pods
  rm -rf /etc/kubernetes/{manifests,pki,tmp,files} /etc/kubernetes/*.conf /var/lib/etcd/{*,.snapshot} /var/lib/kubelet/pki \
    /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env /etc/cni/net.d/* /run/flannel \
    /etc/systemd/system/kubelet.service.d/20-kubeadm-ha-etcd.conf
  run systemctl daemon-reload || true
  remove_markers
  for link in cni0 flannel.1; do ip link delete "$link" 2>/dev/null || true; done
  clear_packet_rules
}

# Containers outlive a runtime that was stopped, and nothing else can remove them.
wake_runtime() {
  command -v containerd >/dev/null || return 0
  run systemctl start containerd || die "containerd does not start, and without it the pods of this host cannot be removed" \
    "look at 'journalctl -u containerd' on this host, mend what it tells, then run 'pulumi up' again"
  wait_until 60 "containerd answers" ctr version
}

# A pod that kubelet was just starting outlives kubeadm's own cleaning, and would hold the ports of its successor.
remove_pods() {
  local pod
  wake_runtime
  for pod in $(crictl pods --quiet 2>/dev/null); do run crictl rmp --force "$pod" || true; done
  wait_until 30 "no container of this node runs any more" no_container_runs
}

# For when no kubelet runs that would start them again.
remove_control_plane_pods() {
  local part
  for part in kube-apiserver kube-controller-manager kube-scheduler etcd; do
    crictl pods --namespace kube-system --label "component=$part" --quiet | run xargs --no-run-if-empty crictl rmp --force || true
  done
}

no_container_runs() {
  local tasks
  command -v containerd >/dev/null || return 0
  tasks=$(ctr --namespace k8s.io tasks list) && [[ $tasks != *RUNNING* ]]
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
