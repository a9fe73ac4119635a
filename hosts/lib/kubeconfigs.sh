# shellcheck shell=bash
# Where the kubeconfigs of this host lead, and where they led before its cluster was taken over.

# Others in tests.
readonly kubernetes=${KUBERNETES_FOLDER:-/etc/kubernetes}
# What was there before: hosts/go-back reads it.
readonly before=${BEFORE_FOLDER:-/var/lib/kubeadm-ha/before-adoption}

make_folder() { mkdir -p "$before" && chmod 0700 "$before"; }

server_of() { sed -n 's/^ *server: *//p' "$1"; }

# point FILE SERVER: a kubeconfig, where there is one. Its old server is noted.
point() {
  local file=$1 server=$2 old
  [ -e "$file" ] || return 0
  old=$(server_of "$file")
  [ "$old" != "$server" ] || return 0
  make_folder
  has_moved "$file" || echo "$file $old" >>"$before/servers"
  log_line "$file leads to $server now (was $old)"
  (umask 077 && sed "s#^\( *server:\).*#\1 $server#" "$file" >"$file.new")
  mv -f "$file.new" "$file"
}

has_moved() { grep -qs "^$1 " "$before/servers"; }

restart_kubelet() {
  run systemctl restart kubelet || die "kubelet did not start" "look at 'journalctl -u kubelet' on this host"
}

# Workers reach the API servers through the endpoint.
lead_worker_to_endpoint() {
  point "$kubernetes/kubelet.conf" "https://$ENDPOINT"
  restart_kubelet
}
