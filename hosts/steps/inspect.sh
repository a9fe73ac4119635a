# inspect: a look at a master that was made by hand, before anything changes. On the first master, at its cluster too. What
# cannot be taken over is refused; what will change, and what differs and stays, is told.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/inspection.sh"

receive_files
# shellcheck source=/dev/null
. /run/kubeadm-ha/inspect.conf
if has_joined; then
  say "is a node of kubeadm-ha's already; there is nothing to look at"
  exit 0
fi
command -v crictl >/dev/null || die "crictl is missing on this host" "install the package cri-tools of Kubernetes' repository: it asks etcd's container"
command -v openssl >/dev/null || die "openssl is missing on this host" "install it: it reads certificates"
refuse_no_master
refuse_other_layout
refuse_missing_key
refuse_expired
refuse_other_version
refuse_other_node_name
if [ "$FIRST" = yes ]; then
  refuse_unhealthy_etcd
  nodes >/run/kubeadm-ha/present-nodes || die "the nodes of the cluster cannot be listed with $kubernetes/admin.conf"
  judge_nodes </run/kubeadm-ha/present-nodes
  refuse_old_configuration
  compare /run/kubeadm-ha/wanted.yaml
fi
say "can be taken over"
