# read-pki: the PKI of this master, for Pulumi's state: CAs, their keys, and the key pair of service accounts. What is written
# to stdout is sealed.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/seal.sh"

cd /etc/kubernetes/pki || die "there is no PKI on this host (/etc/kubernetes/pki)"
trap 'rm -f "$seal"' EXIT
receive_files
send_files {ca,etcd/ca,front-proxy-ca}.{crt,key} sa.{key,pub} | seal || die "the PKI could not be read" "is the package openssl installed on this host?"
say "has told its PKI, which is kept in Pulumi's encrypted state"
