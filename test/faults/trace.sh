# shellcheck shell=bash
# Read by bash (BASH_ENV) before every script on a host of the fault tests: while a run of the engine is watched, writes down
# which command of a step comes next, each once, and stops before the first that is armed until it may go on. A step that
# outlives the run that began it goes on unwatched.
# A line: STEP|FILE|FUNCTION|COMMAND, as written in the script; no value of a variable is ever shown.
case $0 in /usr/local/lib/kubeadm-ha/step | /usr/local/lib/kubeadm-ha/steps/*) ;; *) return 0 ;; esac
trace_folder=
{ read -r trace_folder </run/kubeadm-ha-faults/watched; } 2>/dev/null || return 0
readonly trace_folder

readonly trace_step=${STEP_NAME:-$1}
declare -A trace_armed=() trace_seen=()
while read -r trace_line; do trace_armed[$trace_line]=1; done <"$trace_folder/armed"

trace_point() {
  local point="$trace_step|${BASH_SOURCE[1]##*/}|${FUNCNAME[1]}|${1//$'\n'/ }"
  [ -z "${trace_seen[$point]:-}" ] || return 0
  trace_seen[$point]=1
  { printf '%s\n' "$point" >>"$trace_folder/trace"; } 2>/dev/null || return 0
  if [ -n "${trace_armed[$point]:-}" ] && mkdir "$trace_folder/reached" 2>/dev/null; then
    printf '%s\n' "$point" >"$trace_folder/reached/point.new"
    mv "$trace_folder/reached/point.new" "$trace_folder/reached/point"
    while [ -e "$trace_folder" ] && [ ! -e "$trace_folder/go" ]; do sleep 0.02; done
  fi
  return 0
}

set -o functrace
trap 'trace_point "$BASH_COMMAND"' DEBUG
