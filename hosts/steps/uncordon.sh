# uncordon: pods may be put on this node again.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/admin.sh"
. "$STEP_LIB/receive.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

trap remove_admin EXIT
receive_files
run kube --request-timeout=30s uncordon "$NODE_NAME" || die "the node could not be uncordoned"
say "takes pods again"
