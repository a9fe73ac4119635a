# shellcheck shell=bash
# How a master goes down with its host. systemd ends all containers at once, and an API server whose etcd is gone leaves
# requests hanging; here it ends first, as gracefully as it can.

readonly shutdown_unit=/etc/systemd/system/kubeadm-ha-shutdown.service
# Holds for each container's scope: their names go on behind the dash (systemd.unit(5)).
readonly container_units=/etc/systemd/system/cri-containerd-.scope.d

# The service kubeadm-ha-shutdown, for systemd to read.
end_api_server_before_etcd() {
  # What starts before the service ends after it: network, runtime, containers. kubelet ends before it, or would begin anew.
  cat >"$shutdown_unit.new" <<'UNIT'
[Unit]
Description=Ends the API server before etcd when this host goes down (kubeadm-ha)
After=network-online.target containerd.service
Before=kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=/bin/sh -c 'crictl ps --name "^kube-apiserver$$" --quiet | xargs --no-run-if-empty crictl stop --timeout 25'
TimeoutStopSec=40

[Install]
WantedBy=multi-user.target
UNIT
  mv -f "$shutdown_unit.new" "$shutdown_unit"
  mkdir -p "$container_units"
  printf '[Unit]\nBefore=kubeadm-ha-shutdown.service\n' >"$container_units/kubeadm-ha.conf"
}

end_together_again() {
  [ -e "$shutdown_unit" ] || return 0
  run systemctl disable --now kubeadm-ha-shutdown || true
  rm -f "$shutdown_unit" "$container_units/kubeadm-ha.conf"
  run systemctl daemon-reload
}
