# shellcheck shell=bash
# The names that a master's API server and its etcd answer to. kubeadm makes another pair beside the one in use; each of the two
# notices by itself when it has taken its place.

# Others in tests.
readonly serving_pki=${KUBERNETES_FOLDER:-/etc/kubernetes}/pki new_pki=${MEMORY_FOLDER:-/run/kubeadm-ha}/pki
# As kubeadm's phases call the pairs, and where they are.
declare -A pair_of=([apiserver]=apiserver ["etcd-server"]=etcd/server ["etcd-peer"]=etcd/peer)

# issue_certificate CONFIGURATION apiserver|etcd-server|etcd-peer: of that configuration, whose certificatesDir is $new_pki.
issue_certificate() {
  rm -rf "$new_pki"
  mkdir -m 0700 "$new_pki" "$new_pki/etcd"
  ln -s "$serving_pki"/ca.{crt,key} "$new_pki"
  ln -s "$serving_pki"/etcd/ca.{crt,key} "$new_pki/etcd"
  run kubeadm init phase certs "$2" --config "$1" || die "kubeadm could not make the certificate $2"
}

# install_certificate apiserver|etcd-server|etcd-peer
install_certificate() {
  local pair=${pair_of[$1]} new
  new=$(new_of "$pair")
  install -m 0600 "$new_pki/$pair.key" "$new.key"
  install -m 0644 "$new_pki/$pair.crt" "$new.crt"
  sync "$new".{key,crt}
  mv -f "$new.key" "$serving_pki/$pair.key"
  mv -f "$new.crt" "$serving_pki/$pair.crt"
  rm -rf "$new_pki"
}

# new_of PAIR: without its ending, on its way to its place.
new_of() { echo "$serving_pki/$(dirname "$1")/.new-$(basename "$1")"; }

# Where a step was cut off between key and certificate: nothing would start with a key that is not its certificate's.
finish_certificates() {
  local pair new key
  for pair in "${pair_of[@]}"; do
    new=$(new_of "$pair")
    [ -e "$new.crt" ] || continue
    key=$(openssl pkey -in "$serving_pki/$pair.key" -pubout 2>/dev/null) || key=none
    [ "$(openssl x509 -in "$new.crt" -noout -pubkey 2>/dev/null)" != "$key" ] || mv -f "$new.crt" "$serving_pki/$pair.crt"
    rm -f "$new".{key,crt}
  done
}

names_of() {
  openssl x509 -in "$1" -noout -ext subjectAltName 2>/dev/null | tail -n +2 | tr ',' '\n' | sed 's/^ *\(DNS\|IP Address\)://' | LC_ALL=C sort -u
}
