# shellcheck shell=bash
# Which node of which cluster this host is, and which it refuses to become.

. "$STEP_LIB/ca-bundle.sh"
. "$STEP_LIB/cluster-id.sh"
. "$STEP_LIB/disk.sh"

readonly kubelet_kubeconfig=/etc/kubernetes/kubelet.conf
# Which cluster a step is about: its CA's certificate, always the first file on stdin. While the PKI is rotated, the other
# CA's comes after that of the one which signs, and either tells the cluster.
readonly cluster_ca=/run/kubeadm-ha/cluster-ca.crt
# Written at the end of a founding or a join that was verified: "CLUSTER-ID NODE-NAME".
readonly joined_marker=/var/lib/kubeadm-ha/joined
# Written before `kubeadm init` or `kubeadm join` ("begun ID VERSION") and after it ("finished …"): what a step that was cut off in
# between has left may be cleared away; after it, only the rest of the step is missing.
readonly attempt_marker=/var/lib/kubeadm-ha/attempt
readonly wipe_advice="choose another host, or, if nothing on it is needed any more, say 'reset: true' beside it: then 'pulumi up' wipes it and it joins anew"

cluster_id() { first_id "$cluster_ca"; }

is_id_of_cluster() { has_certificate "$cluster_ca" "$1"; }

has_joined() { [ -s "$joined_marker" ]; }

is_joined() { [ -s "$joined_marker" ] && [ -s "$kubelet_kubeconfig" ]; }

marked_cluster() { cut -d' ' -f1 "$joined_marker" 2>/dev/null || true; }

marked_name() { cut -d' ' -f2 "$joined_marker" 2>/dev/null || true; }

is_of_other_cluster() { [ -s "$joined_marker" ] && ! is_id_of_cluster "$(marked_cluster)"; }

# Traces of a cluster that no step of ours left here.
is_foreign() {
  [ ! -e "$attempt_marker" ] && [ ! -e "$joined_marker" ] && ! is_member_by_hand || return 1
  [ -e "$kubelet_kubeconfig" ] || [ -n "$(ls /etc/kubernetes/manifests 2>/dev/null)" ]
}

# A node of this very cluster that no step of ours has joined: it is taken over with its cluster (adopt: true).
is_member_by_hand() {
  [ "${ADOPTED:-no}" = yes ] && [ ! -e "$attempt_marker" ] && [ ! -e "$joined_marker" ] && [ -s "$kubelet_kubeconfig" ] \
    && [ "$(fingerprint "$cluster_ca")" = "$(fingerprint /etc/kubernetes/pki/ca.crt)" ]
}

# Of a certificate; a file that there is not has one that nothing else has.
fingerprint() { openssl x509 -in "$1" -noout -fingerprint -sha256 2>/dev/null || echo "no certificate: $1"; }

# The node that the kubelet of this host is.
kubelet_name() {
  openssl x509 -in /var/lib/kubelet/pki/kubelet-client-current.pem -noout -subject -nameopt multiline 2>>"$STEP_LOG" \
    | sed -n 's/^ *commonName *= *system:node://p'
}

# A host that was evicted (declared lost, or its Node deleted) still looks like a node from inside. The endpoint is asked:
# the host's own API server died with its etcd member.
is_evicted() {
  local answer
  is_joined || return 1
  ! answer=$(kubectl --kubeconfig "$kubelet_kubeconfig" --server "https://$ENDPOINT" --request-timeout=10s get node "$(marked_name)" 2>&1) || return 1
  log_line "$answer"
  [[ $answer == *NotFound* ]]
}

refuse_other_cluster() {
  refuse_other_cluster_id
  ! is_of_other_cluster || die "this host is a node of another cluster, whose CA is another" "$wipe_advice"
}

refuse_foreign() {
  ! is_foreign || die "this host belongs to a cluster that kubeadm-ha did not make (there is $kubelet_kubeconfig or a static pod)" "$wipe_advice"
}

refuse_evicted() {
  ! is_evicted || die "this host was node $(marked_name) of the cluster, and the cluster has evicted it" \
    "say 'reset: true' beside it: then 'pulumi up' wipes it and it joins anew"
}

# Needs NODE_NAME as the configuration has it now.
refuse_other_name() {
  local name=$NODE_NAME
  if has_joined; then
    name=$(marked_name)
  elif is_member_by_hand; then
    name=$(kubelet_name)
  fi
  [ "$name" = "$NODE_NAME" ] || die "this host is node $name of the cluster, and the configuration calls it $NODE_NAME" \
    "is its address right? A node keeps its name: remove $name from the configuration first, run 'pulumi up', then add the host as $NODE_NAME"
}

# Without "adopt: true" the PKI would be another one.
refuse_forgotten_adoption() {
  ! has_joined || ! grep -qx "ADOPTED='yes'" /etc/kubeadm-ha/host.conf 2>/dev/null || [ "${ADOPTED:-no}" = yes ] \
    || die "this host is node $(marked_name) of a cluster that was taken over, and the configuration no longer says so" \
      "say 'adopt: true' at one of its masters, whichever; then run 'pulumi up' again"
}

mark_attempt() {
  mkdir -p "$(dirname "$attempt_marker")"
  echo "$1 $(cluster_id) $KUBERNETES_VERSION" >"$attempt_marker.tmp"
  [ "$1" != finished ] || write_out
  put_marker "$attempt_marker"
}

# One of another version than the configuration has now would never get this one.
attempt_finished() {
  local state id version
  read -r state id version 2>/dev/null <"$attempt_marker" && [ "$state" = finished ] && is_id_of_cluster "$id" && [ "$version" = "$KUBERNETES_VERSION" ]
}

attempt_cut_off() { [ -e "$attempt_marker" ] && ! attempt_finished; }

# Those of an upgrade, of new settings or of a rotation that had begun, too; and what was kept of etcd, which holds the
# Secrets of a cluster that is not this host's any more.
remove_markers() {
  local folder=/var/lib/kubeadm-ha
  rm -rf "$joined_marker" "$attempt_marker" "$folder"/{upgrade,upgrade.first,before-change,rotation,expired,snapshots} "$folder"/etcd-before-recovery-*
}

# That it is there is for all to see (components/host.ts).
mark_joined() {
  mkdir -p "$(dirname "$joined_marker")"
  chmod 0755 "$(dirname "$joined_marker")"
  echo "$(cluster_id) $NODE_NAME" >"$joined_marker.tmp"
  write_out
  put_marker "$joined_marker"
  rm -f "$attempt_marker"
}
