# standInPki.sh FOLDER: stands for the step read-pki. The PKI is made once, in the folder.
set -euo pipefail
folder=$1
lib=$(dirname "$0")/../../hosts/lib
export SEAL_FILE=$folder/seal
# shellcheck source=../../hosts/lib/receive.sh
. "$lib/receive.sh"
# shellcheck source=../../hosts/lib/seal.sh
. "$lib/seal.sh"
sed -n '/^#file .*seal$/{n;p}' >"$SEAL_FILE"
mkdir -p "$folder/pki/etcd"
cd "$folder/pki"
for ca in ca etcd/ca front-proxy-ca; do
  [ -e $ca.crt ] || openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=${ca/\//-}" -keyout $ca.key -out $ca.crt 2>/dev/null
done
openssl genpkey -algorithm rsa -out sa.key 2>/dev/null
openssl pkey -in sa.key -pubout -out sa.pub
send_files {ca,etcd/ca,front-proxy-ca}.{crt,key} sa.{key,pub} | seal
