# install-load-balancer: nginx with the stream module, as a service of its own beside the distribution's nginx, and the
# health check of its back ends, which runs whenever nginx does.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/apt.sh"

has_stream_module() { command -v nginx >/dev/null && find /etc/nginx/modules-enabled -name '*stream.conf' 2>/dev/null | grep -q .; }

install_nginx() {
  local had_nginx=no
  command -v nginx >/dev/null && had_nginx=yes
  install_packages nginx-light libnginx-mod-stream
  # The package starts a web server on port 80 that nobody asked for.
  [ "$had_nginx" = yes ] || run systemctl disable --now nginx
}

install_packages() {
  command -v apt-get >/dev/null || die "$* is missing and there is no apt-get here" "install nginx with its stream module, and curl"
  say "installs $*"
  apt_update --quiet || log_line "going on with the package lists that are there"
  apt_install --no-install-recommends "$@"
}

# write_unit NAME: a systemd service from stdin.
write_unit() {
  local unit=/etc/systemd/system/$1.service
  cat >"$unit.new"
  mv -f "$unit.new" "$unit"
}

receive_files
has_stream_module || install_nginx
command -v curl >/dev/null || install_packages curl

write_unit kubeadm-ha-load-balancer <<'UNIT'
[Unit]
Description=Load balancer of the Kubernetes API servers (kubeadm-ha)
After=network-online.target
Wants=network-online.target

[Service]
ExecStartPre=/usr/sbin/nginx -t -q -c /etc/kubeadm-ha/nginx.conf
ExecStart=/usr/sbin/nginx -c /etc/kubeadm-ha/nginx.conf -g 'daemon off;'
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=1
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
UNIT

write_unit kubeadm-ha-health-check <<'UNIT'
[Unit]
Description=Health check of the Kubernetes API servers behind the load balancer (kubeadm-ha)
After=kubeadm-ha-load-balancer.service
PartOf=kubeadm-ha-load-balancer.service

[Service]
ExecStart=/usr/local/lib/kubeadm-ha/health-check
Restart=always
RestartSec=1

[Install]
WantedBy=kubeadm-ha-load-balancer.service
UNIT

run systemctl daemon-reload
run systemctl enable kubeadm-ha-load-balancer kubeadm-ha-health-check
# Where they run already, the health check's script may be another one now.
! systemctl --quiet is-active kubeadm-ha-load-balancer || run systemctl restart kubeadm-ha-health-check
say "nginx is installed"
