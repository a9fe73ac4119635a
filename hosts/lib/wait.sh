# shellcheck shell=bash

# wait_until SECONDS WORDS COMMAND…: until the command succeeds; dies when it has not after that time.
wait_until() {
  local limit=$1 words=$2 end=$((SECONDS + $1))
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || die "$words: not so after $limit s"
    sleep 0.2
  done
}
