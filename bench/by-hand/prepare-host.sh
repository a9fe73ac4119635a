#!/usr/bin/env bash
# prepare-host.sh ROLE BUNDLE: on a host, from nothing to where kubeadm can begin. Sent over ssh by create.sh and grow.sh.
set -euo pipefail
role=$1 bundle=$2

printf '%s\n' overlay br_netfilter >/etc/modules-load.d/kubernetes.conf
modprobe --all overlay br_netfilter
printf '%s = 1\n' net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables >/etc/sysctl.d/90-kubernetes.conf
sysctl --quiet --load /etc/sysctl.d/90-kubernetes.conf

cd "$bundle"
images=(images/node.tar)
[ "$role" = worker ] || images+=(images/master.tar)
check() { grep -E " [ *]?(\./)?($1)" SHA256SUMS | sha256sum --check --status; }
# The images are checked while the programs are installed.
check "$(IFS='|' && echo "${images[*]}")" &
checking=$!
check '(bin|cni)/'
mkdir -p /opt/cni/bin
install -m 0755 bin/* /usr/local/bin/
install -m 0755 cni/* /opt/cni/bin/
echo 'runtime-endpoint: unix:///run/containerd/containerd.sock' >/etc/crictl.yaml

mkdir -p /etc/containerd /etc/systemd/system/kubelet.service.d
cat >/etc/containerd/config.toml <<TOML
version = 3

[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "$(kubeadm config images list --kubernetes-version "$(kubeadm version -o short)" 2>/dev/null | grep /pause:)"

[plugins."io.containerd.cri.v1.runtime"]
restrict_oom_score_adj = true

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
SystemdCgroup = true
TOML
cat >/etc/systemd/system/containerd.service <<'UNIT'
[Unit]
After=network.target

[Service]
ExecStart=/usr/local/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
UNIT
cat >/etc/systemd/system/kubelet.service <<'UNIT'
[Unit]
Wants=network-online.target
After=network-online.target

[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
ExecStart=/usr/local/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS
Restart=always
RestartSec=10

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --quiet kubelet
systemctl enable --quiet --now containerd
wait "$checking"
for image in "${images[@]}"; do
  ctr --namespace k8s.io images import "$image" >/dev/null
done
