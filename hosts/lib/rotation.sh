# shellcheck shell=bash
# The rotation of the CAs, as a node goes through it, a phase in each `pulumi up`: another CA is trusted beside the present
# one; the other one signs; the former is trusted no longer.
# Source: https://kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/
# Needs lib/identity.sh, lib/kubelet.sh.
# shellcheck disable=SC2154

readonly trusted_ca=/etc/kubernetes/pki/ca.crt

# A node that has missed a phase would be among strangers: it trusts nobody who has taken the next one, or nobody trusts it.
# Looked at on all nodes before any of them changes.
refuse_missed_phase() {
  is_joined && is_rotated && same_endpoint || return 0
  is_id_of_cluster "$(marked_cluster)" && has_certificate "$trusted_ca" "$(cluster_id)" && return
  die "this node has missed a phase of the rotation of the CAs, and would be cut off from the cluster" \
    "take one phase after another, each with a 'pulumi up' that succeeds: pki.rotate: trust, then pki.rotate: sign, then the next pki.generation without pki.rotate"
}

# Somebody has rotated them by hand.
refuse_unknown_cas() {
  has_certificate "$trusted_ca" "$(cluster_id)" || die "this node trusts other CAs ($trusted_ca) than those that the stack's state has" \
    "CAs that were replaced by hand are not known here: put those of the state back as a further certificate in $trusted_ca, on all nodes, then run 'pulumi up' again"
}

is_rotated() { [ -n "${PKI_GENERATION:-}" ] || grep -qs '^PKI_GENERATION=' /etc/kubeadm-ha/host.conf; }

same_endpoint() { grep -qsxF "ENDPOINT='$ENDPOINT'" /etc/kubeadm-ha/host.conf; }

cas_in_words() {
  if [ "$(certificate_ids "$cluster_ca" | wc -l)" = 1 ]; then echo "one CA"; else echo "two CAs, of which the first signs"; fi
}

# On a worker. Written last is what tells that all is done.
follow_cas() {
  ! cmp -s "$cluster_ca" "$trusted_ca" || return 0
  refuse_unknown_cas
  say "trusts $(cas_in_words)"
  kubelet_certificate_signed || renew_kubelet_certificate
  embed_cas "$kubelet_kubeconfig"
  run systemctl restart kubelet || die "kubelet does not start" "look at 'journalctl -u kubelet' on this host"
  wait_until 120 "kubelet is healthy" kubelet_healthy
  wait_until 180 "the Node is Ready" node_ready
  install -m 0644 "$cluster_ca" "$trusted_ca.new"
  mv -f "$trusted_ca.new" "$trusted_ca"
  mark_joined
}

# By the CA that signs now.
kubelet_certificate_signed() {
  openssl verify -CAfile <(openssl x509 -in "$cluster_ca") "$kubelet_certificate" >/dev/null 2>&1
}

# embed_cas KUBECONFIG
embed_cas() {
  (umask 077 && sed "s#^\( *certificate-authority-data:\).*#\1 $(base64 --wrap 0 <"$cluster_ca")#" "$1" >"$1.new")
  mv -f "$1.new" "$1"
}

# Before the key that signed them is dropped: kubelet asks for tokens anew when it has been restarted and looks after a pod
# again, and the pod's program reads its token again within a minute.
renew_tokens() {
  local key=/run/kubeadm-ha/token-key
  [ -e "$key" ] || return 0
  if is_joined && [ -n "$(tokens_of_other_keys "$(<"$key")")" ]; then
    say "has pods with tokens that the former key has signed; kubelet gets new ones"
    run systemctl restart kubelet || true
    wait_until 300 "all pods of this host have tokens of the present key" has_tokens_of "$(<"$key")"
    say "waits until the pods have read them"
    sleep 70
  fi
  rm -f "$key"
}

has_tokens_of() { [ -z "$(tokens_of_other_keys "$1")" ]; }

# Files of kubelet's volumes with tokens that another key has signed.
tokens_of_other_keys() {
  local file header
  for file in /var/lib/kubelet/pods/*/volumes/kubernetes.io~projected/*/*; do
    grep -qsE '^eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$' "$file" || continue
    header=$(cut -d. -f1 "$file" | basenc --base64url --decode 2>/dev/null || true)
    [[ $header == *"\"kid\":\"$1\""* ]] || echo "$file"
  done
}
