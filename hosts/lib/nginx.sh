# shellcheck shell=bash
# The load balancer's file: checked before it is used, taken over without cutting a connection.

readonly nginx_conf=/etc/kubeadm-ha/nginx.conf

use_nginx_conf() {
  local new=$nginx_conf.new
  run nginx -t -q -c "$new" || die "nginx does not accept the new $new; the old one stays in use"
  if cmp -s "$new" "$nginx_conf" && systemctl --quiet is-active kubeadm-ha-load-balancer; then
    rm -f "$new"
    return
  fi
  mv -f "$new" "$nginx_conf"
  run systemctl reload-or-restart kubeadm-ha-load-balancer || die "nginx could not be started" "look at 'journalctl -u kubeadm-ha-load-balancer' on that host"
}

# host:port of each back end of a file.
back_ends_of() { sed -n 's/^ *server \([^ ]*\) max_fails.*/\1/p' "$1" 2>/dev/null; }
