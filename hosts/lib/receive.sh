# shellcheck shell=bash
# Files from stdin, as components/delivery.ts writes them:
#   #file MODE PATH
#   content …
#   #end
#   … and after the last file:
#   #last

# Puts every file on stdin in its place, each at once (a reader sees the old one or the new one), owned by root.
receive_files() {
  while receive_file; do :; done
}

# The next file on stdin; status 1 when there is none.
receive_file() {
  local line mode path
  if [ -n "${STEP_FIRST_LINE:-}" ]; then
    line=$STEP_FIRST_LINE STEP_FIRST_LINE='' # hosts/step has read it
  else
    # Whoever sends sends at once. One whose connection was cut may never tell.
    IFS= read -r -t 60 line || die "the connection ended before all files had come"
  fi
  [ "$line" != '#last' ] || return 1
  [[ $line == '#file '* ]] || die "stdin has a line outside of any file" "this is a fault of kubeadm-ha: report it"
  read -r _ mode path <<<"$line"
  receive_one "$mode" "$path"
}

receive_one() {
  local mode=$1 path=$2 line ended=no
  mkdir -p "$(dirname "$path")"
  (umask 077 && : >"$path.tmp")
  while IFS= read -r -t 60 line; do
    [ "$line" != '#end' ] || { ended=yes && break; }
    printf '%s\n' "$line"
  done >>"$path.tmp"
  [ "$ended" = yes ] || { rm -f "$path.tmp" && die "the connection ended in the middle of $path"; }
  chmod "$mode" "$path.tmp"
  mv -f "$path.tmp" "$path"
}

# send_files PATH…: the same form, to stdout.
send_files() {
  local path
  for path in "$@"; do
    printf '#file %s %s\n' 0600 "$path"
    awk 1 "$path" || return 1
    echo '#end'
  done
  echo '#last'
}
