#!/usr/bin/env bash
# grow.sh: from three masters to five, after create.sh.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"

certificate_key=$(openssl rand -hex 32)
preparing=()
for master in m4 m5; do
  prepare "$master" master &
  preparing+=("$!")
done
on m1 "kubeadm token create --ttl 10m" >"$FOLDER/token"
step m1 upload-certs on m1 kubeadm init phase upload-certs --upload-certs --certificate-key "$certificate_key"
all "${preparing[@]}"
joining=()
for master in m4 m5; do
  join "$master" "$certificate_key" &
  joining+=("$!")
done
all "${joining[@]}"
balance m1 m2 m3 m4 m5
