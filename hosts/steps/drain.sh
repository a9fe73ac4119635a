# drain: no pod is put on this node any more, and those that are there move away. The node stays a node.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/drain.sh"
. "$STEP_LIB/admin.sh"
. "$STEP_LIB/receive.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

trap remove_admin EXIT
receive_files
read_drain_settings
drain_node
say "takes no pods until 'drained' is taken away"
