# check-etcd: before anything is founded or joined, looks from this master whether every etcd endpoint can be reached, shows a
# certificate of the right CA, takes the API server's client certificate, is healthy, and lets it read.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/etcd.sh"
. "$STEP_LIB/receive.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

readonly files=/run/kubeadm-ha/etcd

# ask ENDPOINT PATH
ask() {
  curl --silent --show-error --max-time 5 --cacert "$files/ca.crt" --cert "$files/client.crt" --key "$files/client.key" "$1$2" 2>&1
}

explain_unreachable() {
  local endpoint=$1 status=$2 answer=$3
  case $status in
    60) die "etcd at $endpoint shows a certificate that the given CA has not signed, or that is not made for this address: $answer" "check the CA in the configuration and the names in the certificate" ;;
    35 | 55 | 56 | 58) die "etcd at $endpoint does not take the client certificate: $answer" "is it signed by the CA that etcd trusts for clients?" ;;
    *) die "etcd at $endpoint cannot be reached from this host: $answer" \
      "is it on, and do address, port and firewall let this host through? If it will not come back: 'lost: true' beside it under etcd.hosts, or take it out of etcd.endpoints" ;;
  esac
}

check() {
  local endpoint=$1 answer status=0
  answer=$(ask "$endpoint" /health) || status=$?
  [ "$status" = 0 ] || explain_unreachable "$endpoint" "$status" "$answer"
  [[ $answer == *'"health":"true"'* ]] || die "etcd at $endpoint is not healthy: $answer" "look at its members: has it a leader?"
  answer=$(read_a_key "$endpoint") || die "etcd at $endpoint does not let the client certificate's user read: $answer" \
    "give that user (the certificate's common name) a role that may read and write all keys"
}

# Through etcdctl: over HTTP, etcd does not know users by their certificates.
read_a_key() {
  in_etcd_image "$files" etcdctl --endpoints "$1" --cacert "$files/ca.crt" --cert "$files/client.crt" --key "$files/client.key" \
    get "$(<"$files/prefix")/" --prefix --limit 1 --keys-only 2>&1
}

trap 'rm -rf "$files"' EXIT
receive_files
while read -r endpoint; do
  check "$endpoint"
done <"$files/endpoints"
say "reaches etcd: $(paste -sd ' ' "$files/endpoints")"
