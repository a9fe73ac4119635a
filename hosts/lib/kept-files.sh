# shellcheck shell=bash
# What kubeadm writes anew on a node that lives, without waiting for the disk: as it was before, until the disk has the new.
# Needs lib/disk.sh.

readonly kept_files=/var/lib/kubeadm-ha/before-change/files

# In /, with a null byte after each. Those of CAs and of the service account stay as they are.
files_of_kubeadm() {
  find etc/kubernetes/{manifests,pki,*.conf} var/lib/kubelet/{config.yaml,kubeadm-flags.env} -type f \
    ! -name '.*' ! -name 'ca.*' ! -name '*-ca.*' ! -name 'sa.*' -print0 2>/dev/null || true
}

# Anew each time: what was lost before has been put back by then.
keep_files() {
  rm -rf "$kept_files" "$kept_files.new"
  (umask 077 && mkdir -p "$kept_files.new")
  (cd / && files_of_kubeadm | xargs --null cp --archive --parents --target-directory "$kept_files.new")
  write_out
  mv -T "$kept_files.new" "$kept_files"
}

# When kubeadm has ended well.
forget_kept_files() {
  write_out
  rm -rf "$kept_files"
}

# Those that lost power has left away or empty; a certificate and its key together.
put_back_lost_files() {
  local file lost=()
  [ -d "$kept_files" ] || return 0
  while read -r file; do
    [ -s "/$file" ] || lost+=("$file")
  done < <(cd "$kept_files" && find . -type f -size +0 -printf '%P\n')
  [ "${#lost[@]}" -gt 0 ] || return 0
  say "power was lost before these were on the disk, and those of before are put back: ${lost[*]}"
  for file in "${lost[@]}"; do
    case $file in
      *.crt | *.key) put_back_file "${file%.*}.key" && put_back_file "${file%.*}.crt" ;;
      *) put_back_file "$file" ;;
    esac
  done
  run systemctl restart kubelet || true # it would wait longer and longer before it starts again what has failed
}

# kubelet would take a file beside a manifest for another one, unless its name begins with a dot.
put_back_file() {
  local new="/${1%/*}/.${1##*/}.new"
  cp --archive "$kept_files/$1" "$new"
  mv -f "$new" "/$1"
}
