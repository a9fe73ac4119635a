# shellcheck shell=bash
# kubeadm's patch files, as components/patches.ts brings them.

readonly patches=${PATCHES:-/etc/kubeadm-ha/patches}

# kubeadm applies every file that it finds there: those of an earlier configuration must not stay.
forget_patches() { rm -rf "$patches"; }
