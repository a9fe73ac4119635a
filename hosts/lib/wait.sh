# shellcheck shell=bash

# within SECONDS COMMAND…: tries until the command succeeds; status 1 when it has not after that time.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

# wait_until SECONDS WORDS COMMAND…: the same; dies when the time is over.
wait_until() { within "$1" "${@:3}" || die "$2: not so after $1 s"; }

# steady SECONDS COMMAND…: it succeeds all that time.
steady() {
  local end=$((SECONDS + $1))
  while [ "$SECONDS" -lt "$end" ]; do
    "${@:2}" || return 1
    sleep 0.5
  done
}
