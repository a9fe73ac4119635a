# forget-etcd: takes a lost host's member out of the external etcd, from this member's host. Never connects to the lost host,
# and refuses a member that is alive.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/receive.sh"

readonly whom=/run/kubeadm-ha/forget.conf

trap 'rm -f "$whom"' EXIT
receive_files
# shellcheck source=/dev/null
. "$whom"
etcd_runs || die "this host runs no etcd member, so it cannot evict $LOST_NODE" "put a host that has long been a member first under etcd.hosts"
forget_member "$LOST_NODE"
say "$LOST_NODE is out of etcd"
