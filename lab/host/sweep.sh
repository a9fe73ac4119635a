#!/usr/bin/env bash
# sweep: removes everything of the lab from the machine but its folder: processes, mounts, network, control groups.
# Whatever is half gone already is no obstacle.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/cgroups.sh"
source "$(dirname "${BASH_SOURCE[0]}")/network.sh"

# A process that dies takes a moment, with a busy disk many seconds, and a supervisor may have started something in
# between: look again until none is left.
kill_processes() {
  local try processes
  for try in {1..1000}; do
    processes=$(processes_in "$lab_cgroup")
    [[ -n $processes ]] || return 0
    # shellcheck disable=SC2086 # one word per process
    kill -KILL $processes 2>/dev/null || true
    thaw "$lab_cgroup"
    sleep 0.05
  done
  fail "these processes do not die: $(tr '\n' ' ' <<<"$processes") (tried $try times)"
}

unmount_all() {
  local mounts mount
  mounts=$(awk -v folder="$LAB_FOLDER/" 'index($5, folder) == 1 { print $5 }' /proc/self/mountinfo | sort -r)
  while read -r mount; do
    [[ -z $mount ]] || umount --lazy "$mount"
  done <<<"$mounts"
}

remove_networks() {
  local netns
  for netns in /run/netns/"$switch_netns".*; do
    [[ ! -e $netns ]] || ip netns del "${netns##*/}"
  done
  remove_switch
  rm -f "/run/netns/$switch_netns" /run/netns/"$switch_netns".* # plain files where a namespace was lost
}

# Only the last lab succeeds in this. /run/netns is a mount that the first `ip netns add` made.
remove_what_all_labs_share() {
  local hierarchy
  for hierarchy in $(hierarchy_folders); do
    rmdir "$hierarchy/${lab_cgroup%/*}" 2>/dev/null || true
  done
  if [[ -d /run/netns && -z $(ls /run/netns) ]]; then
    umount /run/netns 2>/dev/null || true
    rmdir /run/netns 2>/dev/null || true
  fi
}

kill_processes
remove_networks
unmount_all
remove_cgroup "$lab_cgroup"
remove_what_all_labs_share
