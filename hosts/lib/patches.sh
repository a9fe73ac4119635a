# shellcheck shell=bash
# kubeadm's patch files, as components/patches.ts brings them.

readonly patches=/etc/kubeadm-ha/patches

# forget_patches [FOLDER]: kubeadm applies every file that it finds there, so those of an earlier configuration must not stay.
forget_patches() { rm -rf "${1:-$patches}"; }
