#!/usr/bin/env bash
# raise: makes what the hosts of a lab share, as far as it is not there: the network and the shelf for bundles.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/network.sh"

# A mount of its own that passes on to the hosts what is put there later.
make_shelf() {
  ! mountpoint --quiet "$shelf" || return 0
  mkdir -p "$shelf"
  mount -t tmpfs -o mode=755,size=1m kubeadm-ha-shelf "$shelf"
  mount --make-shared "$shelf"
}

make_switch
make_shelf
