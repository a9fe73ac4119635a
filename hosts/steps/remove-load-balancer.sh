# remove-load-balancer: stops the service and removes what was written; nginx stays installed.
set -euo pipefail
. "$STEP_LIB/say.sh"

run systemctl disable --now kubeadm-ha-load-balancer || true
rm -f /etc/systemd/system/kubeadm-ha-load-balancer.service /etc/kubeadm-ha/nginx.conf /var/lib/kubeadm-ha/roster /var/lib/kubeadm-ha/roster.ca
run systemctl daemon-reload
say "is a load balancer no more"
