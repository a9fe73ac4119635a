# maintain VERSION SETTINGS: makes this node what the configuration says: of that Kubernetes version, which `prepare` has put
# beside what runs; with those settings; with certificates that last, of the CAs that sign now. Acts only where something
# differs. The masters are maintained one after another, then the workers; the order is the graph's. SETTINGS, a digest, is for
# the plan.
# On a master stdout tells when the first of its certificates ends.
# Source: https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-upgrade/, kubeadm-reconfigure/, kubeadm-certs/
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/admin.sh"
. "$STEP_LIB/drain.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/containerd.sh"
. "$STEP_LIB/kubelet.sh"
. "$STEP_LIB/rotation.sh"
. "$STEP_LIB/serving-certificate.sh"
. "$STEP_LIB/unfinished.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf
# shellcheck source=../lib/packages-bundle.sh
. "$STEP_LIB/packages-$PACKAGES.sh"
if [ "$ROLE" = master ]; then
  . "$STEP_LIB/etcd.sh"
  . "$STEP_LIB/master-upgrade.sh"
  . "$STEP_LIB/master-settings.sh"
else
  . "$STEP_LIB/upgrade.sh"
  . "$STEP_LIB/given-certificates.sh"
fi

# Also where something has failed in between: a master without kubelet would be without etcd and API server, too.
finish() {
  ! is_joined || start_stopped_kubelet
  [ "$ROLE" != master ] || let_in
  remove_admin
  remove_stand_in
  rm -rf /run/kubeadm-ha/shared-pki "$given"
}

upgrade() {
  begin_upgrade
  if [ "$ROLE" = master ]; then upgrade_master; else upgrade_worker; fi
  end_upgrade
}

follow_containerd_settings() {
  local before
  before=$(containerd_process)
  configure_containerd
  [ "$(containerd_process)" = "$before" ] || wait_until 180 "the Node is Ready" node_ready
}

trap finish EXIT
[ "$1" = "$KUBERNETES_VERSION" ] || die "this host has been prepared for Kubernetes $KUBERNETES_VERSION, and not for $1" "run 'pulumi up' without --target"
receive_files
read_drain_settings
put_back_lost_files # before it is asked whether this is a node: kubeadm may have been writing kubelet's kubeconfig
if ! is_joined; then
  say "is no node yet, and joins with Kubernetes $KUBERNETES_VERSION"
  exit 0
fi
mend_unfinished
wait_for_api_server "$admin_kubeconfig"
mend_kubelet_certificate
if upgrade_begun || [ "$(installed_version)" != "$KUBERNETES_VERSION" ]; then upgrade; fi
follow_packages
follow_containerd_settings
[ "$ROLE" != master ] || maintain_control_plane
# What a cluster that was made by hand is made of stays as it is.
if [ "${ADOPTED:-no}" != yes ]; then
  if [ "$ROLE" = worker ]; then
    follow_cas
    follow_given_certificate
  fi
  follow_kubelet_settings
  follow_serving_certificate
fi
[ "$ROLE" != master ] || serve_again
say "runs Kubernetes $KUBERNETES_VERSION, as configured"
[ "$ROLE" != master ] || date_of "$(first_end)"
