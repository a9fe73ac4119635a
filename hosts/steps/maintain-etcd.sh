# maintain-etcd: what this host's etcd member is made of: certificates, packages, containerd's settings, the version of etcd.
# One that lives follows them, one member after another. It reads its certificates anew for every connection; for other CAs it restarts.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/containerd.sh"
. "$STEP_LIB/kubelet.sh"
. "$STEP_LIB/upgrade.sh"
. "$STEP_LIB/ring.sh"
. "$STEP_LIB/ring-settings.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/unfinished.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf
# shellcheck source=../lib/packages-bundle.sh
. "$STEP_LIB/packages-$PACKAGES.sh"

readonly member_certificate=/etc/kubernetes/pki/etcd/peer.crt
# The CAs that etcd was started with, as long as that may be others than those in the first file.
readonly etcd_ca=/etc/kubernetes/pki/etcd/ca.crt started_with=/var/lib/kubeadm-ha/rotation

# There from the first change to the last where this member's had expired.
readonly expired_marker=/var/lib/kubeadm-ha/expired

# While all members' have expired none answers: each gets its new ones, and the last makes the quorum.
has_expired() { [ -e "$member_certificate" ] && ! openssl x509 -in "$member_certificate" -noout -checkend 0 >/dev/null; }

# kubelet goes on as it is until the host's next start: another minor of it would start etcd anew.
follow_member_packages() {
  [ -d "$staged" ] || return 0
  stage_packages "$staged"
  [ "$(installed_version)" = "$KUBERNETES_VERSION" ] || keep_snapshot "$snapshots/before-$KUBERNETES_VERSION.db"
  say "gets other packages, of Kubernetes $KUBERNETES_VERSION"
  install_staged "$staged"
  run systemctl daemon-reload
  unpin_former_images
}

receive_file
refuse_other_cluster
mend_unfinished
if has_expired; then
  : >"$expired_marker.tmp"
  put_marker "$expired_marker"
fi
! is_member || [ -e "$started_with" ] || cp "$etcd_ca" "$started_with"
receive_files
if is_member; then
  cmp -s "$etcd_ca" "$started_with" || restart_member
  [ -e "$expired_marker" ] || wait_until 60 "etcd answers with its new certificates" member_answers
  follow_member_packages
  configure_containerd
  follow_member_kubelet_settings
  [ -z "${ETCD_VERSION:-}" ] || follow_member_settings
  mark_joined
  rm -f "$started_with" "$expired_marker"
fi
say "has what its etcd is made of"
