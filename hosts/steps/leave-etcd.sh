# leave-etcd: takes this host's member out of the external etcd. No API server asks it any more.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/ring.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

if ! is_member; then
  say "is no member of etcd; nothing to leave"
  exit 0
fi
refuse_loss_of_quorum
move_leadership_away || die "etcd's leadership could not be handed over"
say "leaves etcd"
id=$(own_member | cut -d' ' -f1)
ask_others
remove_member "$id"
say "has left etcd"
