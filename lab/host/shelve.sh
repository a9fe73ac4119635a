#!/usr/bin/env bash
# shelve VERSION FOLDER: puts a bundle on the lab's shelf, read-only. Running hosts see it at once.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/names.sh"
place=$shelf/$1
bundle=$2
staging=$LAB_FOLDER/staging

is_there() { mountpoint --quiet "$place" && [[ $place -ef $bundle ]]; }

# "Read-only" set on the shelf itself would not reach the hosts; a mount that is made of a read-only one is so everywhere.
shelve() {
  mkdir -p "$staging" "$place"
  mount --bind "$bundle" "$staging"
  mount -o remount,bind,ro "$staging"
  mount --bind "$staging" "$place"
  umount "$staging"
  rmdir "$staging"
}

is_there && exit
! mountpoint --quiet "$place" || umount --lazy "$place" # made anew since
shelve
