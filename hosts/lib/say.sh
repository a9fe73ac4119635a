# shellcheck shell=bash
# How a step speaks: `say` for the person who watches, `log_line` and `run` for the log, `die` for both.

# Reason and advice of the last `die`, kept for the explanation at the end of the step.
readonly STEP_REASON=/run/kubeadm-ha/reason-$STEP_NAME

log_line() { printf '%s %s\n' "$(date +%FT%T.%3N)" "$*" >>"$STEP_LOG"; }

say() {
  local words
  words="$(host_name): $*"
  log_line "$*"
  printf '%s\n' "$words" >&2 2>/dev/null || true
}

# The host's name in the configuration. Few hosts have both files.
host_name() {
  local names
  names=$(sed -n "s/^NODE_NAME='\(.*\)'$/\1/p" /etc/kubeadm-ha/{host,load-balancer}.conf 2>/dev/null) || true
  names=${names%%$'\n'*}
  echo "${names:-$(hostname)}"
}

# die REASON [WHAT TO DO]
die() {
  mkdir -p /run/kubeadm-ha
  printf '%s\n%s\n' "$1" "${2:-}" >"$STEP_REASON"
  log_line "fails: $1"
  exit 1
}

# Runs a command with its output in the log.
run() {
  log_line "\$ $*"
  "$@" >>"$STEP_LOG" 2>&1
}

# Where, what, why, the last lines that matter, what to do: one screen.
explain_failure() {
  local reason='' advice=''
  if [ -s "$STEP_REASON" ]; then
    { read -r reason && read -r advice; } <"$STEP_REASON" || true
  fi
  rm -f "$STEP_REASON"
  {
    echo "$(host_name): step $STEP_NAME $1${reason:+: $reason}"
    echo "  last lines of $STEP_LOG on that host:"
    grep -v -e ' --- ' -e ' fails: ' "$STEP_LOG" | tail -n 12 | cut -c 1-300 | sed 's/^/    /'
    echo "  what to do: ${advice:-mend what the lines above tell, then run 'pulumi up' again; it goes on from here}"
  } >&2 2>/dev/null || true
}
