# shellcheck shell=bash
# The shared PKI of a master that lives: the CAs, their keys, and the key that signs service-account tokens.
# Needs lib/rotation.sh, lib/master-turn.sh, lib/certificates.sh.

# As the configuration has it now, in the form of kubeadm's folder.
readonly shared_pki=/run/kubeadm-ha/shared-pki present_pki=/etc/kubernetes/pki
# There from the first change to the last.
readonly rotation_marker=/var/lib/kubeadm-ha/rotation

# While two CAs are trusted, kube-controller-manager signs with a file of its own.
trusts_two() { [ -e "$shared_pki/signing-ca.crt" ]; }

rotation_begun() { [ -e "$rotation_marker" ]; }

follow_shared_pki() {
  rotation_begun || differs_from_shared_pki || return 0
  refuse_unknown_cas
  say "its shared PKI changes: it trusts $(cas_in_words); its certificates are made anew"
  touch "$rotation_marker"
  restart_control_plane take_up_shared_pki
  wait_until 300 "the control plane of this host is healthy for 10 s" steady 10 control_plane_healthy
  wait_until 180 "the Node is Ready" node_ready
  mark_joined
  rm -f "$rotation_marker"
}

differs_from_shared_pki() {
  local file
  for file in $(files_of_shared_pki); do
    cmp -s "$shared_pki/$file" "$present_pki/$file" || return 0
  done
  return 1
}

files_of_shared_pki() { (cd "$shared_pki" && find . -type f -printf '%P\n'); }

take_up_shared_pki() {
  local file kubeconfig
  for file in $(files_of_shared_pki); do put_shared "$file"; done
  renew_certificates
  for kubeconfig in /etc/kubernetes/*.conf; do embed_cas "$kubeconfig"; done
  kubelet_certificate_signed || install_kubelet_certificate "$(sign_kubelet_certificate)"
}

put_shared() {
  install -m "$(stat -c %a "$shared_pki/$1")" "$shared_pki/$1" "$present_pki/$1.new"
  mv -f "$present_pki/$1.new" "$present_pki/$1"
}
