# shellcheck shell=bash
# Certificates of CAs whose keys are the user's (pki.external): neither kubeadm nor the cluster can make them, so that each
# step that may need them is given all that this host is to have.
# Source: https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/#external-ca-mode

# As below /.
readonly given=/run/kubeadm-ha/given
readonly super_admin=/etc/kubernetes/super-admin.conf

is_ca_external() { [ "${EXTERNAL_CA:-no}" = yes ]; }

# Paths below /, a line each, of the files that are not here yet.
given_changes() {
  local file
  while read -r file; do
    cmp -s "$given/$file" "/$file" || echo "$file"
  done < <(cd "$given" && find . -type f -printf '%P\n' | sort)
}

# take_up FILE…: each at once.
take_up() {
  local file
  for file in "$@"; do
    install -D -m "$(stat -c %a "$given/$file")" "$given/$file" "/$file.new"
    mv -f "/$file.new" "/$file"
  done
}

take_up_given() {
  local files
  mapfile -t files < <(given_changes)
  take_up "${files[@]}"
}

# Whether there are others than the pair that the API server shows, which it takes up without a restart.
given_ones_due() { given_changes | grep -v '/pki/apiserver\.' >>"$STEP_LOG"; }

follow_given_names() {
  local files names
  mapfile -t files < <(given_changes | grep '/pki/apiserver\.')
  [ "${#files[@]}" -gt 0 ] || return 0
  names=$(names_of "$given/etc/kubernetes/pki/apiserver.crt")
  [ "$names" = "$(names_of /etc/kubernetes/pki/apiserver.crt)" ] || say "its API server answers to these names now: $(paste -sd ' ' <<<"$names")"
  take_up "${files[@]}"
}

# Kubelet's alone, on a worker that lives.
follow_given_certificate() {
  is_ca_external && [ -n "$(given_changes)" ] || return 0
  say "kubelet gets a new certificate"
  take_up_given
  run systemctl restart kubelet || die "kubelet does not start" "look at 'journalctl -u kubelet' on this host"
  wait_until 120 "kubelet is healthy" kubelet_healthy
  wait_until 180 "the Node is Ready" node_ready
}

# The CA of Kubernetes tells the cluster, and is looked at elsewhere.
refuse_other_cas() {
  local file
  is_ca_external && is_joined || return 0
  [ ! -e /etc/kubernetes/pki/ca.key ] || die "this master has the key of the cluster's CA, and pki.external says that it is elsewhere" \
    "a living cluster keeps its CAs: take pki.external out of the configuration"
  for file in front-proxy-ca.crt etcd/ca.crt; do
    [ "$file" = front-proxy-ca.crt ] || [ "$ETCD" = stacked ] || continue
    cmp -s "$given/etc/kubernetes/pki/$file" "/etc/kubernetes/pki/$file" \
      || die "this master trusts another CA (/etc/kubernetes/pki/$file) than the one that pki.external names" "a living cluster keeps its CAs: name the file of before"
  done
}

# The phases of `kubeadm init` want it on every master, and none keeps it; they look at the CA in it, and no further.
stand_in_for_super_admin() { [ -e "$super_admin" ] || ln -sfT admin.conf "$super_admin"; }

remove_stand_in() { [ ! -L "$super_admin" ] || rm -f "$super_admin"; }
