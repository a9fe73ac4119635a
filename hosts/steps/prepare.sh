# prepare: everything that a node needs before kubeadm: kernel settings, containerd, kubelet, kubeadm, images.
# Source: https://kubernetes.io/docs/setup/production-environment/container-runtimes/,
#         https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/patches.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/containerd.sh"
. "$STEP_LIB/upgrade.sh"
. "$STEP_LIB/kubelet.sh"
. "$STEP_LIB/rotation.sh"
. "$STEP_LIB/unfinished.sh"

readonly settings=/etc/kubeadm-ha/host.conf

check_host() {
  [ "$(ps -o comm= -p 1)" = systemd ] || die "systemd does not run here as process 1" "kubelet and containerd are systemd services; use a host with systemd"
  [ "$SWAP_ALLOWED" = yes ] || [ "$(wc -l </proc/swaps)" -le 1 ] \
    || die "swap is on, and kubelet would not start" "run 'swapoff -a' and take swap out of /etc/fstab, or set kubeletConfiguration.failSwapOn: false"
}

# Where a living cluster has its etcd is a matter of its data, not of settings.
refuse_topology_change() {
  [ "$ROLE" = master ] && is_joined || return 0
  local present=external
  [ ! -e /etc/kubernetes/manifests/etcd.yaml ] || present=stacked
  [ "$present" = "$ETCD" ] || die "this cluster's etcd is $present, and the configuration makes it $ETCD; its data cannot be moved" \
    "set etcd back as it was; for another topology make a new cluster and move the workloads"
}

set_up_kernel() {
  printf '%s\n' overlay br_netfilter >/etc/modules-load.d/kubeadm-ha.conf
  run modprobe --all overlay br_netfilter || die "the kernel modules overlay and br_netfilter could not be loaded"
  printf '%s = 1\n' net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables >/etc/sysctl.d/90-kubeadm-ha.conf
  run sysctl --load /etc/sysctl.d/90-kubeadm-ha.conf
}

# All at once: to enable one makes systemd read all its files anew.
set_up_services() {
  local services=(containerd kubelet)
  forget_lost_networks_at_start
  if [ "$ROLE" = master ]; then
    end_api_server_before_etcd
    services+=(kubeadm-ha-shutdown)
  else
    end_together_again # a host that was wiped may have been a master
  fi
  run systemctl enable "${services[@]}"
}

was_prepared_for_another_cluster() { ! has_joined && carries_other_cluster_id; }

# What an earlier cluster has left is wiped where the configuration says so; a living node of this cluster never is. Its CA tells,
# and not its id, which may be another one after the state was restored from a backup.
wipe_or_refuse() {
  if [ "$RESET" = yes ] && { is_foreign || is_of_other_cluster || is_evicted || was_prepared_for_another_cluster; }; then
    say "is wiped of what an earlier cluster has left (reset: true)"
    clear_node
    drop_cluster_id
  fi
  refuse_foreign
  refuse_other_cluster
  refuse_other_name
}

receive_file # the cluster's CA
receive_file # the settings, which replace the old ones only when the host is found to be the right one
# shellcheck source=/dev/null
. "$settings.new"
refuse_forgotten_adoption
refuse_missed_phase
wipe_or_refuse
refuse_topology_change
refuse_unsupported_upgrade
mv -f "$settings.new" "$settings"
carry_cluster_id
# shellcheck source=../lib/packages-bundle.sh
. "$STEP_LIB/packages-$PACKAGES.sh"
case $ROLE in
  master)
    . "$STEP_LIB/admin.sh"
    . "$STEP_LIB/certificate-names.sh"
    . "$STEP_LIB/certificates.sh"
    . "$STEP_LIB/comparison.sh"
    . "$STEP_LIB/etcd.sh"
    . "$STEP_LIB/foundations.sh"
    . "$STEP_LIB/kept-manifests.sh"
    . "$STEP_LIB/master-turn.sh"
    trap 'rm -rf "$given"' EXIT
    forget_control_plane_files
    ;;
  etcd)
    . "$STEP_LIB/etcd.sh"
    . "$STEP_LIB/foundations.sh"
    . "$STEP_LIB/ring.sh"
    . "$STEP_LIB/ring-settings.sh"
    ! is_member || refuse_other_address "$(member_address)" "$ETCD_ADDRESS"
    ;;
esac
# shellcheck disable=SC2119 # its argument is for tests
forget_patches
receive_files

put_back_lost_files # before the certificates are looked at: an empty one would pass for one that has expired
if [ "$ROLE" = master ]; then
  refuse_other_cas
  refuse_other_foundations
  mend_expired_certificates
fi
mend_unfinished
[ "$ROLE" != master ] || let_in
renew_tokens
check_host
install_tools
set_up_kernel
# One that lives gets other packages, and other settings, in its turn.
if has_joined && packages_differ; then
  mkdir -p "$staged"
  [ "$ROLE" != worker ] || stage_upgrade # masters (stage) and members of etcd (maintain-etcd) do so one after another
else
  rm -rf "$staged"
  install_packages
fi
set_up_services
if has_joined; then wake_runtime; else configure_containerd; fi
if [ ! -d "$staged" ]; then
  import_images
  unpin_former_images
fi
[ "$ROLE" != master ] || run systemctl start kubeadm-ha-shutdown
say "is prepared for Kubernetes $KUBERNETES_VERSION"
