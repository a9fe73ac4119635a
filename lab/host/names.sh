#!/usr/bin/env bash
# Sourced by all scripts of a lab. lab.ts calls them with
#   LAB_NAME    "dev"
#   LAB_FOLDER  where its keys and the hosts' disks are
#   LAB_SUBNET  the first three numbers of its addresses, "10.77.0"
#   LAB_ROOTFS  the tree that all hosts share
# shellcheck disable=SC2034 # the sourcing scripts use what is set here
set -Eeuo pipefail

# Everything that the lab makes on the machine outside its folder carries its name.
lab_cgroup=kubeadm-ha-lab/$LAB_NAME # in every cgroup hierarchy
switch_netns=kubeadm-ha.$LAB_NAME   # the network namespace that holds the bridge
uplink=lab-$LAB_NAME                # the machine's own end of its cable to the bridge
gateway=$LAB_SUBNET.254             # the bridge: the hosts' default route, leads nowhere
shelf=$LAB_FOLDER/media             # bundles, seen by all hosts at /media/kubeadm-ha

host_netns() { echo "$switch_netns.$1"; } # HOST
host_folder() { echo "$LAB_FOLDER/hosts/$1"; }

fail() {
  echo "lab $LAB_NAME: $*" >&2
  exit 1
}
