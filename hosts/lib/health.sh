# shellcheck shell=bash
# Whether a back end should be down, by what it has answered so far.

# That many failures in a row, and it goes down. A kube-apiserver that is told to end must serve for longer than this takes:
# shutdown-delay-duration in components/kubeadmConfiguration.ts.
readonly failures_to_go_down=2
# One success, and it is up again. But each reload of nginx leaves processes behind for as long as their connections live:
# one that goes down again within so many seconds must then be ready for twice as many seconds as the last time; but not for
# long where only one other is up, which may be the next to go down.
readonly relapse_seconds=600 longest_trial=64 longest_trial_of_two=4

declare -A failures=() successes=() trial=() went_down_at=()

# count BACK-END HTTP-STATUS: what its /readyz has answered, once a second.
count() {
  if [ "$2" = 200 ]; then
    failures[$1]=0
    successes[$1]=$((${successes[$1]:-0} + 1))
  else
    failures[$1]=$((${failures[$1]:-0} + 1))
    successes[$1]=0
  fi
}

# should_be_down BACK-END up|down UP: by what it is now, and how many back ends are up.
should_be_down() {
  if [ "$2" = up ]; then
    [ "${failures[$1]}" -ge "$failures_to_go_down" ]
  else
    [ "${successes[$1]}" -lt "${trial[$1]:-1}" ] && { [ "$3" -gt 1 ] || [ "${successes[$1]}" -lt "$longest_trial_of_two" ]; }
  fi
}

# note_down BACK-END: it goes down now.
note_down() {
  local last=${went_down_at[$1]:-}
  if [ -z "$last" ] || [ $((SECONDS - last)) -ge "$relapse_seconds" ]; then
    trial[$1]=1
  elif [ "${trial[$1]}" -lt "$longest_trial" ]; then
    trial[$1]=$((2 * ${trial[$1]}))
  fi
  went_down_at[$1]=$SECONDS
}
