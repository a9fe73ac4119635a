# shellcheck shell=bash
# Read by bash (BASH_ENV) before every script on a host of the fault tests: while there is a folder for it, writes down
# which command of a step comes next, each once, and stops before the one that is armed until it may go on.
# A line: STEP|FILE|FUNCTION|COMMAND, as written in the script; no value of a variable is ever shown.
case $0 in /usr/local/lib/kubeadm-ha/step | /usr/local/lib/kubeadm-ha/steps/*) ;; *) return 0 ;; esac
readonly trace_folder=/run/kubeadm-ha-faults
[ -d "$trace_folder" ] || return 0

readonly trace_step=${STEP_NAME:-$1}
trace_armed=''
{ read -r trace_armed <"$trace_folder/armed"; } 2>/dev/null || true
declare -A trace_seen=()

trace_point() {
  local point="$trace_step|${BASH_SOURCE[1]##*/}|${FUNCNAME[1]}|${1//$'\n'/ }"
  [ -z "${trace_seen[$point]:-}" ] || return 0
  trace_seen[$point]=1
  printf '%s\n' "$point" >>"$trace_folder/trace"
  if [ "$point" = "$trace_armed" ] && mkdir "$trace_folder/reached" 2>/dev/null; then
    printf '%s\n' "$BASHPID" >"$trace_folder/reached/process"
    until [ -e "$trace_folder/go" ]; do sleep 0.02; done
  fi
  return 0
}

set -o functrace
trap 'trace_point "$BASH_COMMAND"' DEBUG
