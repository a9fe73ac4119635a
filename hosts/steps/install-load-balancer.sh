# install-load-balancer: nginx with the stream module, as a service of its own beside the distribution's nginx.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/receive.sh"

readonly unit=/etc/systemd/system/kubeadm-ha-load-balancer.service

has_stream_module() { command -v nginx >/dev/null && find /etc/nginx/modules-enabled -name '*stream.conf' 2>/dev/null | grep -q .; }

install_nginx() {
  local had_nginx=no
  command -v nginx >/dev/null && had_nginx=yes
  command -v apt-get >/dev/null || die "nginx with its stream module is missing and there is no apt-get here" "install nginx and its stream module"
  say "installs nginx"
  export DEBIAN_FRONTEND=noninteractive
  run apt-get update
  run apt-get install --yes --no-install-recommends nginx-light libnginx-mod-stream || die "apt-get could not install nginx-light and libnginx-mod-stream"
  # The package starts a web server on port 80 that nobody asked for.
  [ "$had_nginx" = yes ] || run systemctl disable --now nginx
}

write_unit() {
  cat >"$unit.new" <<'UNIT'
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
  cmp -s "$unit.new" "$unit" || changed=yes
  mv -f "$unit.new" "$unit"
}

receive_files
has_stream_module || install_nginx
changed=no
write_unit
if [ "$changed" = yes ]; then
  run systemctl daemon-reload
  run systemctl enable kubeadm-ha-load-balancer
fi
say "nginx is installed"
