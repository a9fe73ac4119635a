# shellcheck shell=bash
# What a step that was cut off has left half-done on a host that lives. It is mended before anything is asked of the cluster,
# which may not run because of it; and by `prepare` too, for no other step may follow where the change was taken back.
# Needs lib/containerd.sh, lib/kubelet.sh; lib/kept-manifests.sh and lib/certificate-names.sh on a master, lib/ring-settings.sh
# on a host of etcd.

. "$STEP_LIB/kept-files.sh"

mend_unfinished() {
  has_joined || return 0
  put_back_containerd_settings
  put_back_kubelet_settings
  start_stopped_kubelet
  case $ROLE in
    master)
      finish_certificates
      put_back_unhealthy_manifests
      ;;
    etcd) put_back_unhealthy_pod ;;
  esac
}
