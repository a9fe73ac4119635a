#!/usr/bin/env bash
# load-balancer.sh MASTER-ADDRESS…: on the load balancer, nginx in front of these API servers. Sent over ssh.
set -euo pipefail

mkdir -p /etc/kubernetes-api
{
  cat <<'NGINX'
include /etc/nginx/modules-enabled/*.conf;
worker_processes auto;
pid /run/kubernetes-api.pid;

events {
    worker_connections 16384;
}

stream {
    upstream kube-apiserver {
        least_conn;
NGINX
  printf '        server %s:6443 max_fails=1 fail_timeout=2s;\n' "$@"
  cat <<'NGINX'
    }

    server {
        listen 6443 so_keepalive=on;
        proxy_pass kube-apiserver;
        proxy_connect_timeout 2s;
        proxy_timeout 24h;
    }
}
NGINX
} >/etc/kubernetes-api/nginx.conf
nginx -t -q -c /etc/kubernetes-api/nginx.conf
cat >/etc/systemd/system/kubernetes-api.service <<'UNIT'
[Unit]
After=network-online.target

[Service]
ExecStart=/usr/sbin/nginx -c /etc/kubernetes-api/nginx.conf -g 'daemon off;'
ExecReload=/bin/kill -HUP $MAINPID
Restart=always

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --quiet kubernetes-api
systemctl reload-or-restart kubernetes-api
