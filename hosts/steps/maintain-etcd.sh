# maintain-etcd: what this host's etcd member is made of: certificates, containerd's settings, the version of etcd. One that
# lives follows them, one member after another. It reads its certificates anew for every connection; for other CAs it restarts.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/containerd.sh"
. "$STEP_LIB/ring.sh"
. "$STEP_LIB/ring-settings.sh"
. "$STEP_LIB/receive.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

# The CAs that etcd was started with, as long as that may be others than those in the first file.
readonly etcd_ca=/etc/kubernetes/pki/etcd/ca.crt started_with=/var/lib/kubeadm-ha/rotation

receive_file
refuse_other_cluster
! is_member || [ -e "$started_with" ] || cp "$etcd_ca" "$started_with"
receive_files
if is_member; then
  cmp -s "$etcd_ca" "$started_with" || restart_member
  wait_until 60 "etcd answers with its new certificates" member_answers
  configure_containerd
  [ -z "${ETCD_VERSION:-}" ] || follow_member_settings
  mark_joined
  rm -f "$started_with"
fi
say "has what its etcd is made of"
