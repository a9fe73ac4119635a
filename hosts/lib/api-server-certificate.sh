# shellcheck shell=bash
# The names that a master's API server answers to. kubeadm makes another pair beside the one in use; the API server notices
# by itself when it has taken its place.

# Others in tests.
readonly serving_pki=${KUBERNETES_FOLDER:-/etc/kubernetes}/pki new_pki=${MEMORY_FOLDER:-/run/kubeadm-ha}/pki

# issue_certificate CONFIGURATION, whose certificatesDir is $new_pki.
issue_certificate() {
  rm -rf "$new_pki"
  mkdir -m 0700 "$new_pki"
  ln -s "$serving_pki"/ca.crt "$serving_pki"/ca.key "$new_pki"
  run kubeadm init phase certs apiserver --config "$1" || die "kubeadm could not make the API server's certificate"
}

install_certificate() {
  install -m 0600 "$new_pki/apiserver.key" "$serving_pki/.apiserver.key.new"
  install -m 0644 "$new_pki/apiserver.crt" "$serving_pki/.apiserver.crt.new"
  mv -f "$serving_pki/.apiserver.key.new" "$serving_pki/apiserver.key"
  mv -f "$serving_pki/.apiserver.crt.new" "$serving_pki/apiserver.crt"
  rm -rf "$new_pki"
}

names_of() {
  openssl x509 -in "$1" -noout -ext subjectAltName 2>/dev/null | tail -n +2 | tr ',' '\n' | sed 's/^ *\(DNS\|IP Address\)://' | LC_ALL=C sort -u
}
