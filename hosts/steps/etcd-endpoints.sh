# etcd-endpoints: the members that this master's API server asks, and that kubeadm-config names for masters to come.
# Before anything changes, looks whether the members that stay are healthy enough, and those that go can go.
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/manifests.sh"

# One a line; those of hosts that were declared lost in a file of their own.
readonly wanted=/run/kubeadm-ha/etcd-endpoints lost=/run/kubeadm-ha/etcd-lost
readonly manifest=$manifests/kube-apiserver.yaml pki=/etc/kubernetes/pki

endpoints_in_use() { sed -n 's/^ *- --etcd-servers=//p' "$manifest" | tr ',' '\n'; }

member_healthy() {
  curl --silent --max-time 3 --cacert $pki/etcd/ca.crt --cert $pki/apiserver-etcd-client.crt --key $pki/apiserver-etcd-client.key "$1/health" 2>/dev/null \
    | grep -q '"health":"true"'
}

refuse_unsafe_change() {
  local endpoint states=() dead=() members=0 healthy=0
  while read -r endpoint; do
    members=$((members + 1))
    if member_healthy "$endpoint"; then
      healthy=$((healthy + 1))
      states+=("$endpoint is healthy")
    else
      states+=("$endpoint is not")
    fi
  done <"$wanted"
  [ "$healthy" -ge $((members / 2 + 1)) ] || die "etcd would lose its quorum: of the $members members that stay $healthy are healthy ($(printf '%s, ' "${states[@]}" | sed 's/, $//'))" \
    "put the entries back under etcd.hosts and bring the unhealthy members back, then run 'pulumi up' again"
  for endpoint in $(endpoints_in_use | grep -vxFf "$wanted" | grep -vxFf "$lost"); do
    member_healthy "$endpoint" || dead+=("$endpoint")
  done
  [ "${#dead[@]}" = 0 ] || die "the member at ${dead[*]} should leave etcd, but does not answer, and a dead host cannot leave by itself" \
    "switch it on again; or, if it will not come back, put its entry back under etcd.hosts with 'lost: true', run 'pulumi up', and delete the entry then"
}

# kubeadm-config as it is, with other endpoints; since 1.36 they stand there twice.
update_kubeadm_config() {
  local config=/run/kubeadm-ha/cluster-configuration.yaml
  kubectl --kubeconfig /etc/kubernetes/admin.conf --namespace kube-system get configmap kubeadm-config --output jsonpath='{.data.ClusterConfiguration}' >"$config.old"
  awk -v wanted="$wanted" '
    /^ +(e|httpE)ndpoints:/ {
      print; indent = $0; sub(/[^ ].*/, "", indent)
      while ((getline line <wanted) > 0) print indent "- " line
      close(wanted); skipping = 1; next
    }
    skipping && /^ +- / { next }
    { skipping = 0; print }' "$config.old" >"$config"
  cmp -s "$config" "$config.old" || run kubeadm init phase upload-config kubeadm --config "$config" || die "kubeadm-config could not be written"
  rm -f "$config" "$config.old"
}

api_server_container() { crictl ps --name '^kube-apiserver$' --quiet 2>/dev/null | head -n 1; }

api_server_restarted() { [ -n "$(api_server_container)" ] && [ "$(api_server_container)" != "$old_container" ] && api_server_ready; }

receive_files
touch "$lost"
if [ "$(endpoints_in_use | sort)" = "$(sort "$wanted")" ]; then
  wait_until 180 "the API server of this host answers /readyz" api_server_ready
  say "asks $(paste -sd ' ' "$wanted") already"
  exit 0
fi
refuse_unsafe_change
update_kubeadm_config
old_container=$(api_server_container)
sed "s|^\( *- --etcd-servers=\).*|\1$(paste -sd , "$wanted")|" "$manifest" >/run/kubeadm-ha/kube-apiserver.yaml
put_manifest /run/kubeadm-ha/kube-apiserver.yaml
rm -f /run/kubeadm-ha/kube-apiserver.yaml
say "restarts its API server, which asks $(paste -sd ' ' "$wanted") from now on"
wait_until 180 "the API server of this host has restarted and answers /readyz" api_server_restarted
say "asks $(paste -sd ' ' "$wanted")"
