# remove-load-balancer: stops the services and removes what was written; nginx stays installed.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/cluster-id.sh"

# The health check first: it would start nginx again.
for service in kubeadm-ha-health-check kubeadm-ha-load-balancer; do
  run systemctl disable --now "$service" || true
  rm -f "/etc/systemd/system/$service.service"
done
rm -f /etc/kubeadm-ha/nginx.conf /run/kubeadm-ha/reload-due /var/lib/kubeadm-ha/roster /var/lib/kubeadm-ha/roster.ca
run systemctl daemon-reload
rm -f /var/lib/kubeadm-ha/serves-joined-masters
drop_cluster_id
say "is a load balancer no more"
