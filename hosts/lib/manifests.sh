# shellcheck shell=bash
# Manifests of the static pods, which kubelet runs.

readonly manifests=/etc/kubernetes/manifests
# As kubeadm would write them now.
# shellcheck disable=SC2034 # read where they are compared
readonly wanted_manifests=/run/kubeadm-ha/manifests

# put_manifest FILE: under its name. kubelet would take a file that begins with a dot for none.
put_manifest() {
  install -m 0600 "$1" "$manifests/.${1##*/}.new"
  mv -f "$manifests/.${1##*/}.new" "$manifests/${1##*/}"
}
