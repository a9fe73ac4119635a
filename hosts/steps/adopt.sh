# adopt: takes over the cluster of this master, which was made by hand: its masters and workers are led to the endpoint, and
# kubeadm knows it from now on. Once in the cluster's life, in the place of `kubeadm init`.
# Source: https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init-phase/
set -euo pipefail
. "$STEP_LIB/say.sh"
. "$STEP_LIB/wait.sh"
. "$STEP_LIB/identity.sh"
. "$STEP_LIB/existing-cluster.sh"
. "$STEP_LIB/node.sh"
. "$STEP_LIB/admin.sh"
. "$STEP_LIB/receive.sh"
. "$STEP_LIB/adoption.sh"
# shellcheck source=/dev/null
. /etc/kubeadm-ha/host.conf

# As they can be put back: without what the cluster itself writes.
stored() { kube_here --namespace "$1" get configmap "$2" --output yaml | sed '/^  \(resourceVersion\|uid\|creationTimestamp\):/d'; }

keep_copies() {
  copy kubeadm-config.yaml stored kube-system kubeadm-config || die "the ConfigMap kubeadm-config cannot be read"
  ! has_config_map kube-system kube-proxy || copy kube-proxy.yaml stored kube-system kube-proxy
  ! has_config_map kube-public cluster-info || copy cluster-info.yaml stored kube-public cluster-info
}

has_config_map() { kube_here --namespace "$1" get configmap "$2" --output name >/dev/null; }

upload_configuration() {
  phase_configuration "$master_pki" >/run/kubeadm-ha/upload.yaml
  run kubeadm init phase upload-config kubeadm --config /run/kubeadm-ha/upload.yaml --kubeconfig "$admin_kubeconfig" \
    || die "kubeadm could not store the cluster's new configuration"
}

# lead_config_map NAMESPACE NAME: the kubeconfig in it.
lead_config_map() {
  local old=/run/kubeadm-ha/config-map.yaml new=/run/kubeadm-ha/config-map-led.yaml
  has_config_map "$1" "$2" || return 0
  stored "$1" "$2" >$old
  sed "s#^\( *server:\).*#\1 https://$ENDPOINT#" $old >$new
  ! cmp -s $old $new || return 0
  run kube replace --filename $new || die "the ConfigMap $2 in $1 could not be led to the endpoint"
}

# Its pods read their configuration when they begin. Those that run go on routing until then.
restart_kube_proxy() {
  has_config_map kube-system kube-proxy || return 0
  run kube --namespace kube-system patch daemonset kube-proxy --patch \
    "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"kubeadm-ha/endpoint\":\"$ENDPOINT\"}}}}}" || die "kube-proxy could not be restarted"
}

endpoint_ready() { run kube --request-timeout=5s get --raw /readyz; }

# With several masters there is no single place to undo it.
say_how_to_go_back() {
  [ "$(grep -c ' adopted$' "$memory/nodes")" != 1 ] \
    || say "until the first new master has joined, 'bash /usr/local/lib/kubeadm-ha/go-back' on this host undoes it"
}

say_unlisted_workers() {
  local name role unlisted=()
  while read -r name role _; do
    [ "$role" != worker ] || listed worker "$name" || unlisted+=("$name")
  done < <(nodes)
  [ "${#unlisted[@]}" = 0 ] || say "not in the configuration, and still led to the old address: ${unlisted[*]}. Run on each of them, as root:
  sed -i 's#^\( *server:\).*#\1 https://$ENDPOINT#' /etc/kubernetes/kubelet.conf
  systemctl restart kubelet"
}

receive_file
refuse_other_cluster
if is_joined; then
  say "the cluster has been taken over here already"
  exit 0
fi
receive_init_settings
refuse_other_init_host
is_member_by_hand || die "this host is no longer the master that was looked at" "is its address still right? Look at /etc/kubernetes on it"
trap 'remove_admin && rm -rf "$new_pki"' EXIT
receive_files
mend_master
keep_copies
say "takes over its cluster; copies of what is changed are in $before"
say_how_to_go_back
take_over_master
wait_until 120 "the endpoint $ENDPOINT answers /readyz" endpoint_ready
upload_configuration
lead_master_to_endpoint
lead_config_map kube-system kube-proxy
restart_kube_proxy
lead_config_map kube-public cluster-info
say_unlisted_workers
rm -f "$before/apiserver.key"
mark_joined
say "the cluster is taken over"
