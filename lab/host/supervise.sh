#!/usr/bin/env bash
# supervise HOST: is the power supply and the case of one host. Runs as long as the host is switched on, starts it again
# when it reboots, and puts everything of it away when it is off. The host dies with this process.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/cgroups.sh"
source "$(dirname "${BASH_SOURCE[0]}")/network.sh"
host=$1
folder=$(host_folder "$host")
address=$(<"$folder/address")
# What unshare ends with: 128 + the signal with which the kernel ends a PID namespace (SIGHUP, SIGINT), or 1 when
# init was killed (2.38 fails to kill itself in the same way; later ones may succeed: 137), or init.sh's own status.
readonly rebooted=129 powered_off=130 init_failed=3

note() { echo "$(date '+%F %T') $*"; }

# One supervisor per host, whoever starts a second one; the one before may still be on its way out. Programs started
# below must not inherit the lock (9>&-).
exec 9>"$folder/run/supervisor.lock"
if ! flock --timeout 5 9; then
  note "is supervised already"
  exit 1
fi

# A kill of this process must not leave the host behind: it takes unshare along, and unshare the host's init.
run_host() {
  setpriv --pdeathsig KILL \
    nsenter --net="/run/netns/$(host_netns "$host")" \
    unshare --mount --propagation slave --uts --ipc --pid --fork --kill-child \
    "$LAB_FOLDER/scripts/init.sh" "$host" </dev/null 9>&-
}

# A host that reboots, or is killed, ends when its last process has ended. Looks once a second whether it is about to; the
# builtin waits on a pipe in which nothing comes, and leaves no process behind.
thaw_when_dying() {
  local never init
  exec {never}<> <(:)
  while kill -0 $$ 2>/dev/null; do
    read -rt 1 -u "$never" || true
    { read -r init <"$folder/run/init.pid"; } 2>/dev/null || continue
    [[ -e /proc/$init/exe ]] || thaw "$lab_cgroup/$host"
  done
}

boot_until_off() {
  local status thawing
  while true; do
    make_cgroup "$lab_cgroup/$host"
    plug_in "$host" "$address"
    : >"$folder/run/console.log"
    note "on"
    thaw_when_dying 9>&- &
    thawing=$!
    status=0
    run_host || status=$?
    kill "$thawing" 2>/dev/null || true
    rm -f "$folder/run/init.pid"
    unplug "$host"
    remove_cgroup "$lab_cgroup/$host"
    case $status in
      "$rebooted") note "reboots" ;;
      "$powered_off") note "off" && return ;;
      "$init_failed") note "did not start" && return ;;
      *) note "power lost ($status)" && return ;;
    esac
  done
}

step_out_of_own_cgroup() {
  local hierarchy
  for hierarchy in $(hierarchy_folders); do
    echo 0 >"$hierarchy/cgroup.procs"
  done
  remove_cgroup "$lab_cgroup/$host.supervisor"
}

make_cgroup "$lab_cgroup/$host.supervisor"
join_cgroup "$lab_cgroup/$host.supervisor" # out of the group of whoever called, which may end before the host does
boot_until_off
step_out_of_own_cgroup
