# handMade.sh BUNDLE: what a person installs before kubeadm, from the bundle's folder, in a way of their own.
set -euo pipefail
bundle=$1
install -m 0755 "$bundle"/bin/* /usr/local/bin/
mkdir -p /opt/cni/bin /etc/containerd /etc/systemd/system/kubelet.service.d
install -m 0755 "$bundle"/cni/* /opt/cni/bin/
pause=$(kubeadm config images list --kubernetes-version v1.36.3 2>/dev/null | grep /pause:)
cat >/etc/containerd/config.toml <<TOML
version = 3
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '$pause'
[plugins.'io.containerd.cri.v1.runtime']
restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'
options = { SystemdCgroup = true }
TOML
cat >/etc/systemd/system/containerd.service <<'UNIT'
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
After=network-online.target

[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
ExecStart=/usr/local/bin/kubelet $KUBELET_KUBECONFIG_ARGS --config=/var/lib/kubelet/config.yaml $KUBELET_KUBEADM_ARGS
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
UNIT
sysctl --quiet --write net.ipv4.ip_forward=1
systemctl daemon-reload
systemctl enable --quiet --now containerd
systemctl enable --quiet kubelet
for archive in "$bundle"/images/*.tar; do ctr --namespace k8s.io images import "$archive" >/dev/null; done
