# shellcheck shell=bash
# Power may be lost at any time, and for half a minute a file with a new name may come back empty. So what vouches for something
# gets to the disk after it, and whole.
# Source: ext4(5), auto_da_alloc; sync(1)

# All that has been written so far where Kubernetes and its runtime keep theirs. Other disks of the host are not waited for.
write_out() { sync --file-system /etc /opt /usr/local /var/lib /var/lib/{containerd,etcd,kubelet} 2>/dev/null || true; }

# write_out_files FOLDER…: the files in them, and no others.
write_out_files() { find "$@" -type f -exec sync {} +; }

# put_marker FILE: the content of FILE.tmp, under its name.
put_marker() {
  sync "$1.tmp"
  mv -f "$1.tmp" "$1"
  sync "$(dirname "$1")"
}

# keep_copy FILE COPY [MODE]: to go back to, whatever comes. Mode: 0600, as long as nothing else is said.
keep_copy() {
  install -D -m "${3:-0600}" "$1" "$2.tmp"
  put_marker "$2"
}
