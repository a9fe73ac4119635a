# version VERSION: makes this node one of that Kubernetes version, which `prepare` has put beside what runs. The masters are
# upgraded one after another, then the workers; the order is the graph's.
# Source: https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-upgrade/
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/admin.sh"
. "$STEP_LIB/drain.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/containerd.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf
# shellcheck source=../lib/packages-bundle.sh
. "$STEP_LIB/packages-$PACKAGES.sh"
if [ "$ROLE" = master ]; then
  . "$STEP_LIB/etcd.sh"
  . "$STEP_LIB/master-upgrade.sh"
else
  . "$STEP_LIB/upgrade.sh"
fi

finish() {
  [ "$ROLE" != master ] || let_in
  remove_admin
}

trap finish EXIT
[ "$1" = "$KUBERNETES_VERSION" ] || die "this host has been prepared for Kubernetes $KUBERNETES_VERSION, and not for $1" "run 'pulumi up' without --target"
receive_files
read_drain_settings
if ! is_joined; then
  say "is no node yet, and joins with Kubernetes $KUBERNETES_VERSION"
  exit 0
fi
if ! upgrade_begun && [ "$(installed_version)" = "$KUBERNETES_VERSION" ]; then
  say "runs Kubernetes $KUBERNETES_VERSION"
  exit 0
fi
run systemctl start kubelet # which a step that was cut off may have stopped
wait_for_api_server "$admin_kubeconfig"
begin_upgrade
if [ "$ROLE" = master ]; then upgrade_master; else upgrade_worker; fi
end_upgrade
say "runs Kubernetes $KUBERNETES_VERSION"
